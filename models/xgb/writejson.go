package xgb

import "strconv"

// jsonWriter appends JSON the way XGBoost writes it, without spaces.
type jsonWriter struct{ buf []byte }

// next puts a comma where a value follows another.
func (w *jsonWriter) next() {
	if n := len(w.buf); n > 0 && w.buf[n-1] != '{' && w.buf[n-1] != '[' && w.buf[n-1] != ':' {
		w.buf = append(w.buf, ',')
	}
}

func (w *jsonWriter) open() {
	w.next()
	w.buf = append(w.buf, '{')
}

func (w *jsonWriter) key(name string) {
	w.text(name)
	w.buf = append(w.buf, ':')
}

func (w *jsonWriter) close() { w.buf = append(w.buf, '}') }

func (w *jsonWriter) list(int) {
	w.next()
	w.buf = append(w.buf, '[')
}

func (w *jsonWriter) endList() { w.buf = append(w.buf, ']') }

func (w *jsonWriter) int(v int) {
	w.next()
	w.buf = strconv.AppendInt(w.buf, int64(v), 10)
}

// float writes the shortest decimal that reads back to the same float32, as
// 1.5E0, 2E-3 or -Infinity: always with an E, since older readers take a bare
// 0 for an integer.
func (w *jsonWriter) float(v float32) {
	w.next()
	switch {
	case v == negInf:
		w.buf = append(w.buf, "-Infinity"...)
		return
	case v == -negInf:
		w.buf = append(w.buf, "Infinity"...)
		return
	case v != v:
		w.buf = append(w.buf, "NaN"...)
		return
	}
	start := len(w.buf)
	w.buf = strconv.AppendFloat(w.buf, float64(v), 'E', -1, 32)
	for i := start; i < len(w.buf); i++ {
		if w.buf[i] != 'E' {
			continue
		}
		exp, _ := strconv.Atoi(string(w.buf[i+1:]))
		w.buf = strconv.AppendInt(w.buf[:i+1], int64(exp), 10)
		return
	}
}

// text writes a JSON string.
func (w *jsonWriter) text(s string) {
	const hex = "0123456789abcdef"
	w.next()
	w.buf = append(w.buf, '"')
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '"' || c == '\\':
			w.buf = append(w.buf, '\\', c)
		case c < 0x20:
			w.buf = append(w.buf, '\\', 'u', '0', '0', hex[c>>4], hex[c&15])
		default:
			w.buf = append(w.buf, c)
		}
	}
	w.buf = append(w.buf, '"')
}

// array writes a list of n values.
func (w *jsonWriter) array(n int, value func(i int)) {
	w.list(n)
	for i := range n {
		value(i)
	}
	w.endList()
}

func (w *jsonWriter) floats(v []float32) { w.array(len(v), func(i int) { w.float(v[i]) }) }
func (w *jsonWriter) ints(v []int32)     { w.array(len(v), func(i int) { w.int(int(v[i])) }) }
func (w *jsonWriter) longs(v []int64)    { w.array(len(v), func(i int) { w.int(int(v[i])) }) }

func (w *jsonWriter) flags(v []bool) {
	w.array(len(v), func(i int) {
		if v[i] {
			w.int(1)
		} else {
			w.int(0)
		}
	})
}
