package data

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/pierrec/lz4/v4"
)

const (
	arrowMagic   = "ARROW1"
	featherMagic = "FEA1"
)

// ReadFeather reads an Arrow IPC file, which Feather version 2 is: flat columns
// of numbers, instants, truth values and texts, in buffers that are plain or
// packed with LZ4 or zstd. Other columns come back without values.
//
// Nothing in the file is believed: every length is held against the bytes that
// are there before room is made for it, so that a file takes memory in
// proportion to its size and a torn one is an error.
func ReadFeather(content []byte) (*Foreign, error) {
	if bytes.HasPrefix(content, []byte(featherMagic)) {
		return nil, WithHint(errors.New("a Feather file of version 1, which is no Arrow file"), "write it anew with pandas' to_feather")
	}
	if !bytes.HasPrefix(content, []byte(arrowMagic+"\x00\x00")) || len(content) < 8+4+len(arrowMagic) {
		return nil, errors.New("no Arrow file")
	}
	tail := content[len(content)-4-len(arrowMagic):]
	if string(tail[4:]) != arrowMagic {
		return nil, errors.New("the Arrow file is cut short: its footer is missing")
	}
	length := int64(binary.LittleEndian.Uint32(tail))
	if length > int64(len(content)-len(tail)-8) {
		return nil, errTorn
	}
	f := &flats{b: content[int64(len(content)-len(tail))-length : len(content)-len(tail)]}
	footer := f.root()
	// Footer: 1 the schema, 3 the record batches.
	schema := footer.table(1)
	if f.torn || schema.at == 0 {
		return nil, errTorn
	}
	if schema.i16(0, 0) != 0 {
		return nil, errors.New("the Arrow file is in big-endian byte order")
	}
	fields := schema.tables(1)
	blocks, n := footer.vector(3, arrowBlock)
	if f.torn || len(fields) > 1<<12 {
		return nil, errTorn
	}
	r := &featherReader{content: content, lz4: lz4.NewReader(nil), left: foreignRoom(int64(len(content))), columns: make([]featherColumn, len(fields))}
	for i, field := range fields {
		r.columns[i] = newFeatherColumn(field)
	}
	for i := range n {
		at := blocks + arrowBlock*i
		if err := r.batch(f.i64(at), int64(f.i32(at+8)), f.i64(at+16)); err != nil {
			return nil, fmt.Errorf("record batch %d: %w", i+1, err)
		}
	}
	if f.torn {
		return nil, errTorn
	}
	return r.table()
}

// arrowBlock is the size of a Block: an offset, the bytes of the metadata, four
// of padding, the bytes of the body.
const arrowBlock = 24

// featherReader is one reading of a file.
type featherReader struct {
	content []byte
	rows    int64
	lz4     *lz4.Reader
	left    int64 // bytes that the buffers of all batches may still take
	columns []featherColumn
}

// table is what has been read.
func (r *featherReader) table() (*Foreign, error) {
	out := &Foreign{Rows: int(r.rows)}
	for i := range r.columns {
		c := &r.columns[i]
		if c.out.Time {
			if err := toMicros(c.out.Ints, c.unit); err != nil {
				return nil, fmt.Errorf("column %s: %w", c.out.Name, err)
			}
		}
		out.Columns = append(out.Columns, c.out)
	}
	return out, nil
}

// batch reads one record batch, given where its message lies.
func (r *featherReader) batch(offset, metadata, body int64) error {
	size := int64(len(r.content))
	if offset < 8 || metadata < 8 || body < 0 || offset > size || metadata > size-offset || body > size-offset-metadata {
		return errTorn
	}
	head := r.content[offset : offset+metadata]
	if binary.LittleEndian.Uint32(head) == 0xffffffff { // what marks a message since Arrow 0.15
		head = head[4:]
	}
	n := binary.LittleEndian.Uint32(head)
	if int64(n) > int64(len(head)-4) {
		return errTorn
	}
	f := &flats{b: head[4 : 4+n]}
	message := f.root()
	// Message: 1 the kind of header, 3 for a record batch, 2 the header. There 0
	// the rows, 1 the heads, 2 the buffers, 3 the packing.
	if message.byte(1) != 3 || f.torn {
		return errTorn
	}
	b := &featherBatch{flats: f, header: message.table(2), body: r.content[offset+metadata : offset+metadata+body], packing: notPacked, left: &r.left, lz4: r.lz4}
	if pack := b.header.table(3); pack.at > 0 {
		b.packing = pack.byte(0)
	}
	b.rows = b.header.i64(0)
	b.heads, b.headCount = b.header.vector(1, 16)
	b.buffers, b.bufferCount = b.header.vector(2, 16)
	if f.torn {
		return errTorn
	}
	if err := foreignRows(b.rows+r.rows, size); err != nil || b.rows < 0 {
		return errors.Join(err, errTorn)
	}
	r.rows += b.rows
	for i := range r.columns {
		if err := r.columns[i].read(b); err != nil {
			return fmt.Errorf("column %s: %w", r.columns[i].out.Name, err)
		}
	}
	return nil
}
