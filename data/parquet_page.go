package data

import (
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	parquet "github.com/parquet-go/parquet-go/format"
)

// storedPages are the bytes of one column chunk, on their way back into a
// column. Nothing in them is believed: every page fits into the chunk, holds no
// more rows than are left of the row group, and is one zstd frame of the size
// that it claims.
type storedPages struct {
	b          []byte
	field      Field
	rows       int // of the row group
	buf        *pageBuffers
	dictionary []string
}

// storedPage is a page of values.
type storedPage struct {
	rows, nulls   int
	levels, plain []byte
}

// pageHeader is what the header of a page tells: sizes in bytes, whether the
// values are compressed, and 0 for what it does not tell.
type pageHeader struct {
	kind                  parquet.PageType
	size, stored, levels  int64
	sum                   uint32
	plain                 bool
	encoding              parquet.Encoding
	rows, nulls, distinct int64
}

// readHeader reads the header of the first page, and what comes after it.
func readHeader(b []byte) (h pageHeader, rest []byte, err error) {
	c := &compact{b: b}
	m, err := c.message()
	if err != nil {
		return h, nil, err
	}
	// PageHeader: 1 the type, 2 and 3 the bytes of the page, 4 their checksum, 7
	// and 8 the headers of dictionary and data v2. Of these, 1 is the number of
	// values, 2 that of nulls, 4 the encoding, 5 and 6 the bytes of the levels,
	// 7 whether the values are compressed.
	data := m.message(8)
	h = pageHeader{
		kind: parquet.PageType(m.int(1)), size: m.int(2), stored: m.int(3), sum: uint32(m.int(4)),
		rows: data.int(1), nulls: data.int(2), encoding: parquet.Encoding(data.int(4)), levels: data.int(5),
		plain: data.int(7) == no, distinct: m.message(7).int(1),
	}
	if rest = b[c.at:]; h.levels < 0 || h.levels > min(h.size, h.stored) || h.stored > int64(len(rest)) || data.int(6) != 0 {
		return h, nil, fmt.Errorf("a page of %d bytes, %d as stored, %d of levels, %d left", h.size, h.stored, h.levels, len(rest))
	}
	return h, rest, nil
}

// appendTo adds the rows of the chunk to a column.
func (d *storedPages) appendTo(col any) (any, error) {
	switch x := col.(type) {
	case []float64:
		return appendPages(d, x, d.floats)
	case []int64:
		return appendPages(d, x, d.ints)
	case []bool:
		return appendPages(d, x, d.bools)
	default:
		return appendPages(d, col.([]string), d.strings)
	}
}

// appendPages decodes one page after the other to the end of a column.
func appendPages[T any](d *storedPages, out []T, decode func([]T, storedPage) error) ([]T, error) {
	begin := len(out)
	out = slices.Grow(out, d.rows)
	for len(d.b) > 0 {
		p, err := d.next(d.rows - (len(out) - begin))
		if err != nil {
			return nil, err
		}
		n := len(out)
		out = out[:n+p.rows]
		if err := decode(out[n:], p); err != nil {
			return nil, err
		}
	}
	if n := len(out) - begin; n != d.rows {
		return nil, fmt.Errorf("%d values in %d rows", n, d.rows)
	}
	return out, nil
}

// next takes the next page of values, of at most left rows, and the dictionary
// where it stands before that.
func (d *storedPages) next(left int) (p storedPage, err error) {
	h, rest, err := readHeader(d.b)
	if err != nil {
		return p, err
	}
	if h.size > d.pageLimit() {
		return p, fmt.Errorf("a page of %d bytes for %d rows", h.size, d.rows)
	}
	stored := rest[:h.stored]
	d.b = rest[h.stored:]
	if h.sum != 0 && h.sum != crc32.ChecksumIEEE(stored) {
		return p, errors.New("a page with another checksum")
	}
	values := int(h.size - h.levels)
	d.buf.plain = slices.Grow(d.buf.plain[:0], values)[:values]
	p = storedPage{int(h.rows), int(h.nulls), stored[:h.levels], d.buf.plain}
	if h.plain {
		if copy(p.plain, stored[h.levels:]) != values {
			return p, errTorn
		}
	} else if err := decompress(p.plain, stored[h.levels:]); err != nil {
		return p, err
	}
	if h.kind == parquet.DictionaryPage && d.field.Type == String && d.dictionary == nil {
		if d.dictionary, err = decodeStrings(p.plain, h.distinct, d.rows); err != nil {
			return p, err
		}
		return d.next(left)
	}
	if h.kind != parquet.DataPageV2 || h.encoding != d.field.Type.layout().encoding {
		return p, fmt.Errorf("a page of type %v in encoding %v", h.kind, h.encoding)
	}
	if h.rows < 0 || h.rows > int64(left) || h.nulls < 0 || h.nulls > h.rows || h.nulls > 0 && !d.field.Nullable {
		return p, fmt.Errorf("a page of %d values, %d nulls, in %d rows", h.rows, h.nulls, left)
	}
	return p, nil
}

// pageLimit is the size of the largest page that may be one of the chunk's.
func (d *storedPages) pageLimit() int64 {
	if d.field.Type == String {
		return pageLimit
	}
	return 16*int64(d.rows) + 1024
}
