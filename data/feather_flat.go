package data

import "encoding/binary"

// flats reads a flatbuffer, in which Arrow's metadata is written. What lies
// outside its bytes reads as zero and marks it torn.
type flats struct {
	b    []byte
	torn bool
}

// flat is a table of a flatbuffer: where it begins, 0 for none.
type flat struct {
	f  *flats
	at int
}

func (f *flats) bytes(at, n int) []byte {
	if at < 0 || n < 0 || at > len(f.b)-n {
		f.torn = true
		return make([]byte, min(max(n, 0), 8))
	}
	return f.b[at : at+n]
}

func (f *flats) u16(at int) int { return int(binary.LittleEndian.Uint16(f.bytes(at, 2))) }
func (f *flats) i32(at int) int { return int(int32(binary.LittleEndian.Uint32(f.bytes(at, 4)))) }
func (f *flats) u32(at int) int { return int(binary.LittleEndian.Uint32(f.bytes(at, 4))) }
func (f *flats) i64(at int) int64 {
	return int64(binary.LittleEndian.Uint64(f.bytes(at, 8)))
}

// root is the table that the buffer holds.
func (f *flats) root() flat { return flat{f, f.u32(0)} }

// field is where a field of the table stands, or 0 where it is left out.
func (t flat) field(n int) int {
	if t.at == 0 {
		return 0
	}
	list := t.at - t.f.i32(t.at)
	if 4+2*n+2 > t.f.u16(list) {
		return 0
	}
	if by := t.f.u16(list + 4 + 2*n); by > 0 {
		return t.at + by
	}
	return 0
}

func (t flat) byte(n int) int {
	if at := t.field(n); at > 0 {
		return int(t.f.bytes(at, 1)[0])
	}
	return 0
}

func (t flat) i16(n, missing int) int {
	if at := t.field(n); at > 0 {
		return int(int16(t.f.u16(at)))
	}
	return missing
}

func (t flat) i32(n int) int {
	if at := t.field(n); at > 0 {
		return t.f.i32(at)
	}
	return 0
}

func (t flat) i64(n int) int64 {
	if at := t.field(n); at > 0 {
		return t.f.i64(at)
	}
	return 0
}

func (t flat) table(n int) flat {
	if at := t.field(n); at > 0 {
		return flat{t.f, at + t.f.u32(at)}
	}
	return flat{f: t.f}
}

// vector is where the elements of a list begin, each of so many bytes, and how
// many there are.
func (t flat) vector(n, size int) (at, count int) {
	at = t.field(n)
	if at == 0 {
		return 0, 0
	}
	at += t.f.u32(at)
	count = t.f.u32(at)
	if count > len(t.f.b)/size {
		t.f.torn = true
		return 0, 0
	}
	t.f.bytes(at+4, count*size)
	return at + 4, count
}

func (t flat) text(n int) string {
	at, count := t.vector(n, 1)
	return string(t.f.bytes(at, count))
}

// tables are the tables of a list.
func (t flat) tables(n int) []flat {
	at, count := t.vector(n, 4)
	var out []flat
	for i := range count {
		if t.f.torn {
			return nil
		}
		out = append(out, flat{t.f, at + 4*i + t.f.u32(at+4*i)})
	}
	return out
}
