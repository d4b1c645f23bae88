package market

import (
	"strconv"
	"unsafe"
)

// tens are the powers of ten that a float64 holds exactly.
var tens = [...]float64{1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11,
	1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22}

// number reads a decimal number as the float64 nearest to it. A short one,
// digits and a point, is digits/10^places: both are exact below 2^53 and up to
// 10^22, so that the division rounds once and right. Others go to strconv;
// hexadecimal, underscores and words are not numbers here, nor is what a
// float64 cannot hold.
func number(b []byte) (float64, bool) {
	var m uint64
	i, n := 0, len(b)
	for ; i < n; i++ {
		d := b[i] - '0'
		if d > 9 {
			break
		}
		m = m*10 + uint64(d)
	}
	figures, places := i, 0
	if i < n && b[i] == '.' {
		i++
		for ; i < n; i++ {
			d := b[i] - '0'
			if d > 9 {
				break
			}
			m = m*10 + uint64(d)
			places++
		}
	}
	if i == n && n <= 19 && m < 1<<53 && figures+places > 0 {
		return float64(m) / tens[places], true
	}
	return longNumber(b)
}

func longNumber(b []byte) (float64, bool) {
	if len(b) == 0 {
		return 0, false
	}
	for _, c := range b {
		if (c < '0' || c > '9') && c != '.' && c != 'e' && c != 'E' && c != '-' && c != '+' {
			return 0, false
		}
	}
	v, err := strconv.ParseFloat(text(b), 64)
	if v == 0 {
		v = 0 // no negative zero
	}
	return v, err == nil
}

// text is b as a string without a copy: valid as long as b does not change.
func text(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// trim takes blanks off both ends of b, and a pair of quotes.
func trim(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	if len(b) > 1 && b[0] == '"' && b[len(b)-1] == '"' {
		return trim(b[1 : len(b)-1])
	}
	return b
}

// unsaid reports whether a cell is how a file writes that it does not know.
func unsaid(b []byte) bool {
	switch len(b) {
	case 0:
		return true
	case 4:
		return text(b) == "NULL" || text(b) == "null" || text(b) == "None"
	}
	return false
}
