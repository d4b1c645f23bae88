package market

import (
	"bytes"
	"encoding/binary"
	"io"
	"math"

	"mantis/data"
)

// directoryMost is how long the directory of a zip may be: that of some hundred
// thousand files.
const directoryMost = 16 << 20

// The records that end a zip, as PKWARE's APPNOTE.TXT has them in 4.3.14 to
// 4.3.16.
const (
	zipEndLength  = 22
	zipComment    = 1 << 16 // no comment is longer
	zip64Locator  = 20      // in front of the end, where the zip is one of 64 bits
	zip64End      = 56
	zip64LocMagic = "PK\x06\x07"
	zip64EndMagic = "PK\x06\x06"
)

// zipEnd looks for the record that ends a zip, and with it the file. The
// directory, which is in memory whole, has to lie right before it and must not be
// larger than that of an archive of candles.
func zipEnd(in io.ReaderAt, size int64) error {
	torn := func(reason string) error { return &data.InputError{Reason: reason, Hint: "fetch it again"} }
	tail := make([]byte, min(size, zipEndLength+zipComment+zip64Locator))
	begin := size - int64(len(tail))
	if _, err := in.ReadAt(tail, begin); err != nil && err != io.EOF {
		return damaged(err)
	}
	skip := max(0, len(tail)-zipEndLength-zipComment)
	at := bytes.LastIndex(tail[skip:], []byte(zipNone))
	if at < 0 {
		return torn("the zip is cut short: its directory is missing")
	}
	at += skip
	end := tail[at:]
	if len(end) < zipEndLength || len(end) != zipEndLength+int(binary.LittleEndian.Uint16(end[20:])) {
		return torn("bytes follow the end of the zip, or some are missing")
	}
	length, offset, stop := uint64(binary.LittleEndian.Uint32(end[12:])), uint64(binary.LittleEndian.Uint32(end[16:])), uint64(begin)+uint64(at)
	if at >= zip64Locator && bytes.HasPrefix(tail[at-zip64Locator:], []byte(zip64LocMagic)) {
		long := make([]byte, zip64End)
		stop = binary.LittleEndian.Uint64(tail[at-zip64Locator+8:])
		if n, _ := in.ReadAt(long, int64(min(stop, uint64(size)))); n < len(long) || !bytes.HasPrefix(long, []byte(zip64EndMagic)) {
			return torn("the zip's end is not where it is said to be")
		}
		short, near := length, offset
		length, offset = binary.LittleEndian.Uint64(long[40:]), binary.LittleEndian.Uint64(long[48:])
		if short != length && short != math.MaxUint32 || near != offset && near != math.MaxUint32 {
			return torn("the zip's directory is in two places")
		}
	}
	switch {
	case length > directoryMost:
		return &data.InputError{Reason: "a zip of more files than can be of candles", Hint: "unpack it, and give the directory"}
	case offset > stop || stop-offset != length:
		return torn("the zip's directory is not where it is said to be")
	}
	return nil
}
