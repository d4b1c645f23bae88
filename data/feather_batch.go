package data

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"io"

	"github.com/pierrec/lz4/v4"
)

// How the buffers of a batch are packed, as Arrow numbers it.
const (
	packedLZ4  = 0
	packedZstd = 1
	notPacked  = -1
)

// featherBatch is a record batch whose heads (Arrow's nodes) and buffers are taken off in turn.
type featherBatch struct {
	flats                 *flats
	header                flat
	body                  []byte
	packing               int
	left                  *int64      // bytes that buffers may still take
	lz4                   *lz4.Reader // makes room for blocks, so one does all
	rows                  int64
	loose                 bool // heads may have other rows than the batch
	heads, buffers        int  // where they begin
	headCount, headAt     int
	bufferCount, bufferAt int
}

// head is the number of rows and nulls of the next column.
func (b *featherBatch) head() (rows, nulls int64, err error) {
	if b.headAt >= b.headCount {
		return 0, 0, errTorn
	}
	at := b.heads + 16*b.headAt
	b.headAt++
	rows, nulls = b.flats.i64(at), b.flats.i64(at+8)
	if rows != b.rows && !b.loose || rows < 0 {
		return 0, 0, fmt.Errorf("%d rows in a batch of %d", rows, b.rows)
	}
	return rows, nulls, nil
}

// skip leaves n buffers unread.
func (b *featherBatch) skip(n int) error {
	if b.bufferAt += n; b.bufferAt > b.bufferCount {
		return errTorn
	}
	return nil
}

// unpacking is how many times larger a buffer of text may be than its packed
// bytes; LZ4 packs no better.
const unpacking = 255

// next is the next buffer, unpacked, of which no more than want bytes and a
// word's padding are made.
func (b *featherBatch) next(want int64) ([]byte, error) {
	if b.bufferAt >= b.bufferCount {
		return nil, errTorn
	}
	at := b.buffers + 16*b.bufferAt
	b.bufferAt++
	offset, length := b.flats.i64(at), b.flats.i64(at+8)
	if offset < 0 || length < 0 || offset > int64(len(b.body)) || length > int64(len(b.body))-offset {
		return nil, errTorn
	}
	raw := b.body[offset : offset+length]
	if b.loose {
		return nil, nil
	}
	if b.packing == notPacked || len(raw) == 0 {
		return raw, b.take(int64(len(raw)))
	}
	if len(raw) < 8 {
		return nil, errTorn
	}
	size, raw := int64(binary.LittleEndian.Uint64(raw)), raw[8:]
	switch {
	case size == -1: // left as it is
		return raw, nil
	case size < 0 || size > min(want, 1<<62)+64 || want > 1<<40 && size > 1<<16+unpacking*int64(len(raw)):
		return nil, fmt.Errorf("a buffer of %d bytes that claims %d", len(raw), size)
	case size == 0:
		return nil, nil
	}
	if err := b.take(size); err != nil {
		return nil, err
	}
	return b.unpack(make([]byte, size), raw)
}

// take counts the bytes of a buffer: many columns may claim the same ones.
func (b *featherBatch) take(n int64) error {
	if *b.left -= n; *b.left < 0 {
		return errForeignRoom
	}
	return nil
}

func (b *featherBatch) unpack(dst, raw []byte) ([]byte, error) {
	switch b.packing {
	case packedLZ4:
		b.lz4.Reset(bytes.NewReader(raw))
		if _, err := io.ReadFull(b.lz4, dst); err != nil {
			return nil, fmt.Errorf("LZ4: %w", err)
		}
	case packedZstd:
		if err := decompress(dst, raw); err != nil {
			return nil, err
		}
	default:
		return nil, fmt.Errorf("packing %d is not known", b.packing)
	}
	return dst, nil
}
