package data

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"slices"
)

// VerifyParquet reads a file page by page and says what keeps it from holding the
// rows of a batch.
func VerifyParquet(r io.ReaderAt, size int64, b *Batch) error {
	return new(room).verify(r, size, b)
}

// room is the memory in which parts are written and read back, one after the
// other.
type room struct {
	out    bytes.Buffer
	pages  pageBuffers
	chunk  []byte
	floats []float64
	ints   []int64
	bools  []bool
}

// roomLimit is the longest file whose memory is kept for the next.
const roomLimit = 8 << 20

// enter takes a room that is free, or makes one, and says how to leave it. Only
// a directory is done with the bytes that it is given when Write returns.
func (s *Store) enter() (m *room, leave func()) {
	if m, _ = s.rooms.Get().(*room); m == nil {
		m = new(room)
	}
	m.out.Reset()
	return m, func() {
		if s.dir != nil && m.out.Cap() <= roomLimit {
			s.rooms.Put(m)
		}
	}
}

// verify is VerifyParquet.
func (m *room) verify(r io.ReaderAt, size int64, b *Batch) error {
	pr, err := NewParquetReader(r, size, b.schema, Want{})
	if err != nil {
		return err
	}
	if pr.footer.rows != int64(b.rows) {
		return fmt.Errorf("%w: %d rows, want %d", errParquet, pr.footer.rows, b.rows)
	}
	at := 0
	for _, g := range pr.footer.groups {
		rows := b.Slice(at, at+g.rows)
		for i := range b.cols {
			if err := m.verifyChunk(pr, g, i, rows); err != nil {
				return fmt.Errorf("%w: row group %d: column %s: %w", errParquet, g.number, b.schema.Fields[i].Name, err)
			}
		}
		at += g.rows
	}
	return nil
}

// verifyChunk holds one column of a row group against the rows that it is of.
func (m *room) verifyChunk(pr *ParquetReader, g storedGroup, i int, want *Batch) (err error) {
	defer func() {
		if p := recover(); p != nil { // the library trusts more than we do
			err = fmt.Errorf("%v", p)
		}
	}()
	c := g.chunks[i]
	m.chunk = slices.Grow(m.chunk[:0], int(c.size))[:c.size]
	if err := readAt(pr.file, m.chunk, c.at); err != nil {
		return err
	}
	d := &storedPages{b: m.chunk, field: want.schema.Fields[i], rows: g.rows, buf: &m.pages}
	switch x := want.cols[i].(type) {
	case []float64:
		m.floats, err = verifyPages(d, m.floats, x, d.floats, func(a, b []float64) bool { return bytes.Equal(floatBytes(a), floatBytes(b)) })
	case []int64:
		m.ints, err = verifyPages(d, m.ints, x, d.ints, func(a, b []int64) bool { return bytes.Equal(intBytes(a), intBytes(b)) })
	case []bool:
		m.bools, err = verifyPages(d, m.bools, x, d.bools, slices.Equal[[]bool])
	default:
		err = d.verifyStrings(want, i)
	}
	return err
}

var errOther = errors.New("other values than were written")

// verifyPages decodes one page after the other in the same memory.
func verifyPages[T any](d *storedPages, page, want []T, decode func([]T, storedPage) error, same func(a, b []T) bool) ([]T, error) {
	for at := 0; at < len(want) || len(d.b) > 0; {
		p, err := d.next(len(want) - at)
		if err != nil {
			return page, err
		}
		page = slices.Grow(page[:0], p.rows)[:p.rows]
		if err := decode(page, p); err != nil {
			return page, err
		}
		if !same(page, want[at:at+p.rows]) {
			return page, fmt.Errorf("from row %d on: %w", at, errOther)
		}
		at += p.rows
	}
	return page, nil
}

// verifyStrings holds each run of one string against a column.
func (d *storedPages) verifyStrings(want *Batch, i int) error {
	for from := 0; from < want.rows || len(d.b) > 0; {
		p, err := d.next(want.rows - from)
		if err != nil {
			return err
		}
		err = d.eachString(p, p.rows, func(at, n int, s string) error {
			if want.Slice(from+at, from+at+n).otherThan(i, s) >= 0 {
				return fmt.Errorf("from row %d on: %w", from+at, errOther)
			}
			return nil
		})
		if err != nil {
			return err
		}
		from += p.rows
	}
	return nil
}
