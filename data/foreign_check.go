package data

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
)

// checkForeign holds the footer and the page headers against the bytes of the
// file, and the sizes they claim against what packing can do.
func checkForeign(content []byte) error {
	size := int64(len(content))
	if size < 12 || string(content[:4]) != "PAR1" || string(content[size-4:]) != "PAR1" {
		return errors.New("no Parquet file, or one that is cut short")
	}
	length := int64(binary.LittleEndian.Uint32(content[size-8:]))
	if length > size-12 {
		return errTorn
	}
	m, err := (&compact{b: content[size-8-length : size-8]}).message()
	if err != nil {
		return err
	}
	left := foreignRoom(size) // bytes that all pages may take
	for _, group := range m.list(4) {
		if err := foreignRows(group.int(3), size); err != nil {
			return err
		}
		for _, chunk := range group.list(1) {
			// ColumnMetaData: 4 the codec, 7 its bytes, 9 and 11 where data and
			// dictionary begin.
			meta := chunk.message(3)
			at, n := meta.int(9), meta.int(7)
			if d := meta.int(11); d > 0 {
				at = min(at, d)
			}
			if at < 4 || n < 0 || at > size || n > size-at {
				return errTorn
			}
			if err := checkPages(content[at:at+n], meta.int(4), &left); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkPages walks the pages of a column chunk.
func checkPages(b []byte, codec int64, left *int64) error {
	for len(b) > 0 {
		h, rest, err := readForeignHeader(b)
		if err != nil {
			return err
		}
		if *left -= h.size; *left < 0 || h.size < 0 || h.stored < 0 {
			return errors.New("the pages claim more than packing can do")
		}
		body := rest[:h.stored]
		if !h.plain && h.levels <= int64(len(body)) {
			if err := checkPacked(body[h.levels:], codec, h.size-h.levels); err != nil {
				return err
			}
		}
		b = rest[h.stored:]
	}
	return nil
}

// readForeignHeader reads a page header, of any version of data page.
func readForeignHeader(b []byte) (h pageHeader, rest []byte, err error) {
	c := &compact{b: b}
	m, err := c.message()
	if err != nil {
		return h, nil, err
	}
	v2 := m.message(8)
	h = pageHeader{size: m.int(2), stored: m.int(3), levels: v2.int(5) + v2.int(6), plain: v2.int(7) == no}
	rest = b[c.at:]
	if h.stored < 0 || h.stored > int64(len(rest)) || h.levels < 0 || h.levels > h.stored {
		return h, nil, errTorn
	}
	return h, rest, nil
}

// How a column chunk may be packed, as Parquet numbers it. LZ4 is not among
// them: parquet-go 0.32.0 loses such pages, and does not end on a torn one.
const (
	plainCodec  = 0
	snappyCodec = 1
	gzipCodec   = 2
	brotliCodec = 4
)

// checkPacked holds what a packed page unpacks to against the size in the page
// header: a decoder makes room for what the packed bytes claim, or go on to.
func checkPacked(b []byte, codec, size int64) error {
	switch {
	case len(b) == 0 || codec == plainCodec:
	case codec == snappyCodec:
		if n, k := binary.Uvarint(b); k <= 0 || n > uint64(size) {
			return errors.New("a page that claims more than its header")
		}
	case codec == zstdCodec:
		return checkFrame(b, size)
	case codec == gzipCodec:
		r, err := gzip.NewReader(bytes.NewReader(b))
		if err != nil {
			return err
		}
		return checkLength(r, size)
	case codec == brotliCodec:
		return checkLength(brotli.NewReader(bytes.NewReader(b)), size)
	default:
		return WithHint(fmt.Errorf("its columns are packed in way %d of Parquet, which is not read", codec), "write it anew with zstd, snappy or gzip")
	}
	return nil
}

// checkLength is an error where r does not give just so many bytes.
func checkLength(r io.Reader, size int64) error {
	n, err := io.Copy(io.Discard, io.LimitReader(r, size+1))
	if err == nil && n != size {
		err = fmt.Errorf("a page of other bytes than the %d of its header", size)
	}
	return err
}
