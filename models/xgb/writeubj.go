package xgb

import (
	"encoding/binary"
	"math"
)

// ubjWriter appends UBJSON the way XGBoost writes it: lengths of 64 bits, and
// arrays of numbers typed, but for the short ones that are lists.
type ubjWriter struct{ buf []byte }

func (w *ubjWriter) length(n int) {
	w.buf = binary.BigEndian.AppendUint64(append(w.buf, 'L'), uint64(n))
}

func (w *ubjWriter) open() { w.buf = append(w.buf, '{') }

func (w *ubjWriter) key(name string) {
	w.length(len(name))
	w.buf = append(w.buf, name...)
}

func (w *ubjWriter) close() { w.buf = append(w.buf, '}') }

func (w *ubjWriter) list(n int) {
	w.buf = append(w.buf, '[', '#')
	w.length(n)
}

func (w *ubjWriter) endList() {}

func (w *ubjWriter) text(s string) {
	w.buf = append(w.buf, 'S')
	w.key(s)
}

// int writes an integer in the fewest bytes.
func (w *ubjWriter) int(v int) {
	switch {
	case v == int(int8(v)):
		w.buf = append(w.buf, 'i', byte(v))
	case v == int(int16(v)):
		w.buf = binary.BigEndian.AppendUint16(append(w.buf, 'I'), uint16(v))
	case v == int(int32(v)):
		w.buf = binary.BigEndian.AppendUint32(append(w.buf, 'l'), uint32(v))
	default:
		w.buf = binary.BigEndian.AppendUint64(append(w.buf, 'L'), uint64(v))
	}
}

func (w *ubjWriter) float(v float32) {
	w.buf = binary.BigEndian.AppendUint32(append(w.buf, 'd'), math.Float32bits(v))
}

// typed begins an array of n numbers of one type.
func (w *ubjWriter) typed(kind byte, n int) {
	w.buf = append(w.buf, '[', '$', kind, '#')
	w.length(n)
}

func (w *ubjWriter) floats(v []float32) {
	w.typed('d', len(v))
	for _, s := range v {
		w.buf = binary.BigEndian.AppendUint32(w.buf, math.Float32bits(s))
	}
}

func (w *ubjWriter) ints(v []int32) {
	w.typed('l', len(v))
	for _, s := range v {
		w.buf = binary.BigEndian.AppendUint32(w.buf, uint32(s))
	}
}

func (w *ubjWriter) longs(v []int64) {
	w.typed('L', len(v))
	for _, s := range v {
		w.buf = binary.BigEndian.AppendUint64(w.buf, uint64(s))
	}
}

func (w *ubjWriter) flags(v []bool) {
	w.typed('U', len(v))
	for _, s := range v {
		if s {
			w.buf = append(w.buf, 1)
		} else {
			w.buf = append(w.buf, 0)
		}
	}
}
