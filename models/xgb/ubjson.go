package xgb

import (
	"encoding/binary"
	"fmt"
	"math"
	"unicode/utf8"
)

// ubjson reads UBJSON draft 12 (https://ubjson.org), as far as XGBoost writes
// it: markers are single letters, numbers big endian, keys strings without a
// marker, and arrays plain, counted, or typed and counted. The first error
// stays.
type ubjson struct {
	src []byte
	at  int
	err error
}

func (u *ubjson) fail(format string, args ...any) {
	if u.err == nil {
		u.err = fmt.Errorf("byte %d: %s", u.at, fmt.Sprintf(format, args...))
	}
}

func (u *ubjson) fault() error { return u.err }

func (u *ubjson) end() {
	if u.err == nil && u.at < len(u.src) {
		u.fail("more after the end")
	}
}

// take returns the next n bytes, or nil and an error where there are fewer.
func (u *ubjson) take(n int) []byte {
	if u.err != nil {
		return nil
	}
	if n < 0 || n > len(u.src)-u.at {
		u.fail("the file ends within a value of %d bytes", n)
		return nil
	}
	u.at += n
	return u.src[u.at-n : u.at]
}

// marker returns the next byte, 0 after an error.
func (u *ubjson) marker() byte {
	if b := u.take(1); b != nil {
		return b[0]
	}
	return 0
}

// peek is marker without moving on.
func (u *ubjson) peek() byte {
	if u.err != nil || u.at >= len(u.src) {
		return 0
	}
	return u.src[u.at]
}

func (u *ubjson) want(c byte) {
	if got := u.marker(); u.err == nil && got != c {
		u.at--
		u.fail("%q: want %q", got, c)
	}
}

// size is the number of bytes of a number of a type, 0 for other types.
func size(kind byte) int {
	switch kind {
	case 'i', 'U':
		return 1
	case 'I':
		return 2
	case 'l', 'd':
		return 4
	case 'L', 'D':
		return 8
	}
	return 0
}

// whole reads an integer whose marker is kind.
func (u *ubjson) whole(kind byte) int64 {
	if kind == 'd' || kind == 'D' || size(kind) == 0 {
		u.fail("%q: want an integer", kind)
		return 0
	}
	b := u.take(size(kind))
	if b == nil {
		return 0
	}
	switch kind {
	case 'i':
		return int64(int8(b[0]))
	case 'U':
		return int64(b[0])
	case 'I':
		return int64(int16(binary.BigEndian.Uint16(b)))
	case 'l':
		return int64(int32(binary.BigEndian.Uint32(b)))
	}
	return int64(binary.BigEndian.Uint64(b))
}

// number reads a number of a type as the nearest float32.
func (u *ubjson) number(kind byte) float32 {
	if kind != 'd' && kind != 'D' {
		return float32(u.whole(kind))
	}
	b := u.take(size(kind))
	switch {
	case b == nil:
		return 0
	case kind == 'd':
		return math.Float32frombits(binary.BigEndian.Uint32(b))
	}
	wide := math.Float64frombits(binary.BigEndian.Uint64(b))
	v := float32(wide)
	if infinite(v) && wide-wide == 0 {
		u.fail("%g is no 32-bit number", wide)
	}
	return v
}

// count reads a length, which no file can have more of than bytes.
func (u *ubjson) count() int {
	n := u.whole(u.marker())
	if u.err == nil && (n < 0 || n > int64(len(u.src)-u.at)) {
		u.fail("a length of %d with %d bytes to come", n, len(u.src)-u.at)
	}
	if u.err != nil {
		return 0
	}
	return int(n)
}

// raw reads a length and that many bytes of text.
func (u *ubjson) raw() string {
	text := u.take(u.count())
	if !utf8.Valid(text) {
		u.fail("string that is not UTF-8")
		return ""
	}
	return string(text)
}

func (u *ubjson) string() string {
	u.want('S')
	return u.raw()
}

func (u *ubjson) isString() bool { return u.peek() == 'S' }

func (u *ubjson) int() int32 { return u.narrow(u.whole(u.marker())) }

func (u *ubjson) narrow(v int64) int32 {
	if v != int64(int32(v)) {
		u.fail("%d is no 32-bit integer", v)
	}
	return int32(v)
}
