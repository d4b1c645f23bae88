package market

import "math"

// stamp reads an instant as UTC µs. A number is seconds, milliseconds,
// microseconds or nanoseconds by its size: below 1e11, 1e14, 1e17, or above,
// with or without a fraction; eight digits that are a calendar date are that
// date. Other shapes are 2021-06-16, 2021-06-16 05:30, 2021-06-16T05:30:00.25Z
// or +02:00 in place of the Z, 2021-06-16 05-AM and 20210616 05:30; without a
// zone it is UTC.
// dated is true where there is a date and no time of day.
func stamp(b []byte) (t int64, dated, ok bool) {
	if len(b) >= 10 && (b[4] == '-' || b[4] == '/') {
		return written(b)
	}
	var n int64
	i := 0
	for ; i < len(b) && i < 19 && b[i]-'0' <= 9; i++ {
		n = n*10 + int64(b[i]-'0')
	}
	switch {
	case i == 0:
		return 0, false, false
	case i == 8 && len(b) == 8:
		if days, ok := daysOf(n/10000, n/100%100, n%100); ok && n >= 19000101 && n < 21000101 {
			return days * day, true, true
		}
	}
	if i < len(b) {
		return fractional(b)
	}
	if n < 0 { // nineteen digits, and more than an int64 holds
		return 0, false, false
	}
	n, ok = micros(n)
	return n, false, ok
}

// micros is an instant of seconds, milliseconds, microseconds or nanoseconds, by
// its size, in µs; nanoseconds have to be whole ones.
func micros(n int64) (int64, bool) {
	switch {
	case n < 1e11:
		return n * 1e6, true
	case n < 1e14:
		return n * 1e3, true
	case n < 1e17:
		return n, true
	}
	return n / 1000, n%1000 == 0
}

// fractional reads the rest of a number that is no plain run of digits:
// 1500008400.0 or 1.5e9. What it loses below a microsecond is rounded.
func fractional(b []byte) (t int64, dated, ok bool) {
	if len(b) >= 11 && b[8] == ' ' { // 20141201 00:00
		return written([]byte(text(b[:4]) + "-" + text(b[4:6]) + "-" + text(b[6:])))
	}
	v, ok := number(b)
	if !ok || v < 0 || v >= 9e18 {
		return 0, false, false
	}
	unit := 1e-3
	switch {
	case v < 1e11:
		unit = 1e6
	case v < 1e14:
		unit = 1e3
	case v < 1e17:
		unit = 1
	}
	f := v - math.Floor(v)
	return int64(math.Floor(v)*unit) + int64(math.Floor(float64(f*unit)+0.5)), false, true
}

const day = 86_400_000_000

// written reads a calendar date and a time of day.
func written(b []byte) (t int64, dated, ok bool) {
	y, ok1 := digits(b[0:4])
	m, ok2 := digits(b[5:7])
	d, ok3 := digits(b[8:10])
	days, ok4 := daysOf(y, m, d)
	if !ok1 || !ok2 || !ok3 || !ok4 || b[7] != b[4] {
		return 0, false, false
	}
	t = days * day
	if b = b[10:]; len(b) == 0 {
		return t, true, true
	}
	if len(b) < 3 || b[0] != ' ' && b[0] != 'T' {
		return 0, false, false
	}
	h, ok := digits(b[1:3])
	if !ok || h > 23 {
		return 0, false, false
	}
	b = b[3:]
	if len(b) == 3 && b[0] == '-' && b[2]|32 == 'm' && h >= 1 && h <= 12 { // 05-AM
		switch h %= 12; b[1] | 32 {
		case 'a':
		case 'p':
			h += 12
		default:
			return 0, false, false
		}
		return t + h*3_600_000_000, false, true
	}
	t += h * 3_600_000_000
	for _, unit := range [2]int64{60_000_000, 1_000_000} {
		if len(b) < 3 || b[0] != ':' {
			break
		}
		n, ok := digits(b[1:3])
		if !ok || n > 59 {
			return 0, false, false
		}
		t += n * unit
		b = b[3:]
	}
	if len(b) > 1 && b[0] == '.' {
		unit := int64(100_000)
		for b = b[1:]; len(b) > 0 && b[0]-'0' <= 9; b = b[1:] {
			t += int64(b[0]-'0') * unit
			unit /= 10
		}
	}
	offset, ok := zone(b)
	return t - offset, false, ok
}

// zone reads what stands after a time of day: nothing, Z, UTC, +02:00 or +0200.
func zone(b []byte) (offset int64, ok bool) {
	if len(b) > 0 && b[0] == ' ' {
		b = b[1:]
	}
	switch s := text(b); {
	case s == "" || s == "Z" || s == "UTC":
		return 0, true
	case (len(b) == 6 && b[3] == ':' || len(b) == 5) && (b[0] == '+' || b[0] == '-'):
		h, ok1 := digits(b[1:3])
		m, ok2 := digits(b[len(b)-2:])
		offset = h*3_600_000_000 + m*60_000_000
		if b[0] == '-' {
			offset = -offset
		}
		return offset, ok1 && ok2 && h < 24 && m < 60
	}
	return 0, false
}

// digits reads a run of digits and nothing else.
func digits(b []byte) (n int64, ok bool) {
	for _, c := range b {
		if c-'0' > 9 {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// daysOf is the number of days from 1970-01-01 to a date of the years 1900 to
// 9999, and whether there is such a date.
func daysOf(y, m, d int64) (int64, bool) {
	if y < 1900 || y > 9999 || m < 1 || m > 12 || d < 1 || d > 31 {
		return 0, false
	}
	leap := y%4 == 0 && (y%100 != 0 || y%400 == 0)
	before := [13]int64{0, 31, 59, 90, 120, 151, 181, 212, 243, 273, 304, 334, 365}
	first, next := before[m-1], before[m]
	if leap && m > 2 {
		first++
	}
	if leap && m >= 2 {
		next++
	}
	if first+d > next {
		return 0, false
	}
	past := y - 1
	return 365*(y-1970) + past/4 - past/100 + past/400 - 477 + first + d - 1, true
}
