package data

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math"
)

// The kinds of Arrow's columns that are told apart, as its schema numbers them.
const (
	arrowNull      = 1
	arrowInt       = 2
	arrowFloat     = 3
	arrowBinary    = 4
	arrowText      = 5
	arrowBool      = 6
	arrowDecimal   = 7
	arrowDate      = 8
	arrowClock     = 9
	arrowStamp     = 10
	arrowInterval  = 11
	arrowList      = 12
	arrowStruct    = 13
	arrowFixed     = 15
	arrowFixedList = 16
	arrowMap       = 17
	arrowDuration  = 18
	arrowLongBytes = 19
	arrowLongText  = 20
	arrowLongList  = 21
)

// featherColumn is a column on its way out of a file.
type featherColumn struct {
	out      ForeignColumn
	kind     int
	width    int  // bytes of a value; 0 for bits
	signed   bool // of whole numbers
	unit     int  // of instants
	indexed  bool // the values are places in a dictionary
	children []featherColumn
}

// newFeatherColumn reads a Field: 0 the name, 2 the kind, 3 its details, 4 the
// dictionary, 5 the children.
func newFeatherColumn(field flat) featherColumn { return featherField(field, 0) }

func featherField(field flat, depth int) featherColumn {
	details := field.table(3)
	c := featherColumn{kind: field.byte(2), indexed: field.table(4).at > 0}
	c.out.Name, c.out.Kind = field.text(0), fmt.Sprintf("kind %d of Arrow", c.kind)
	switch c.kind {
	case arrowInt: // 0 bits, 1 signed
		c.width, c.signed = details.i32(0)/8, details.byte(1) != 0
		c.out.Kind = fmt.Sprintf("int%d", details.i32(0))
		if !c.signed {
			c.out.Kind = "u" + c.out.Kind
		}
	case arrowFloat: // 0 precision
		c.width, c.out.Kind = 2<<details.i16(0, 0)&15, fmt.Sprintf("float%d", 16<<details.i16(0, 0)&255)
	case arrowStamp: // 0 unit, 1 zone
		c.width, c.unit, c.out.Time = 8, details.i16(0, 0), true
		c.out.Kind = fmt.Sprintf("timestamp[%s, %s]", [4]string{"s", "ms", "us", "ns"}[c.unit&3], details.text(1))
	case arrowDate: // 0 unit: days, milliseconds
		c.width, c.unit, c.out.Time, c.out.Kind = 4<<details.i16(0, 1)&15, inMillis, true, "date"
	case arrowText:
		c.out.Kind = "string"
	case arrowLongText:
		c.out.Kind = "large_string"
	case arrowBool:
		c.out.Kind = "bool"
	}
	if c.indexed {
		c.out.Kind, c.out.Time = "dictionary of "+c.out.Kind, false
	}
	if depth < 8 {
		for _, child := range field.tables(5) {
			c.children = append(c.children, featherField(child, depth+1))
		}
	}
	return c
}

// read takes the column's node and buffers off a batch and adds its values.
func (c *featherColumn) read(b *featherBatch) error {
	rows, _, err := b.node()
	if err != nil {
		return err
	}
	if c.kind == arrowNull && !c.indexed {
		return nil
	}
	valid, err := b.next((rows + 7) / 8)
	if err != nil {
		return err
	}
	if len(valid) > 0 && int64(len(valid)) < (rows+7)/8 {
		return errTorn
	}
	present := func(i int) bool { return len(valid) == 0 || valid[i>>3]>>(i&7)&1 != 0 }
	if c.indexed {
		return b.skip(1)
	}
	switch c.kind {
	case arrowInt, arrowFloat, arrowStamp, arrowDate:
		return c.numbers(b, int(rows), present)
	case arrowText, arrowLongText:
		return c.texts(b, int(rows), present)
	case arrowBool, arrowDecimal, arrowClock, arrowInterval, arrowFixed, arrowDuration:
		return b.skip(1)
	case arrowBinary, arrowLongBytes:
		return b.skip(2)
	case arrowList, arrowLongList, arrowMap:
		err = b.skip(1)
	case arrowStruct, arrowFixedList:
	default:
		return errors.New(c.out.Kind + " is not read")
	}
	for i := range c.children {
		if err == nil {
			err = c.children[i].pass(b)
		}
	}
	return err
}

// pass takes a nested column off a batch, whose rows are not those of the table.
func (c *featherColumn) pass(b *featherBatch) error {
	nested := *b
	nested.loose = true
	skipped := *c
	err := skipped.read(&nested)
	b.nodeAt, b.bufferAt = nested.nodeAt, nested.bufferAt
	return err
}

func (c *featherColumn) numbers(b *featherBatch, rows int, present func(int) bool) error {
	if b.loose {
		return b.skip(1)
	}
	if c.width != 8 && c.width != 4 && (c.kind != arrowInt || c.width != 2 && c.width != 1) {
		return errors.New(c.out.Kind + " is not read")
	}
	raw, err := b.next(int64(rows) * int64(c.width))
	if err != nil {
		return err
	}
	if len(raw) < rows*c.width {
		return errTorn
	}
	for i := range rows {
		switch v := raw[i*c.width:]; {
		case c.kind == arrowFloat && !present(i):
			c.out.Floats = append(c.out.Floats, math.NaN())
		case c.kind == arrowFloat && c.width == 8:
			c.out.Floats = append(c.out.Floats, math.Float64frombits(binary.LittleEndian.Uint64(v)))
		case c.kind == arrowFloat:
			c.out.Floats = append(c.out.Floats, float64(math.Float32frombits(binary.LittleEndian.Uint32(v))))
		case !present(i):
			c.out.Ints = append(c.out.Ints, Null)
		default:
			c.out.Ints = append(c.out.Ints, c.whole(v))
		}
	}
	return nil
}

// whole reads a whole number; one that no int64 holds is Null, like none.
func (c *featherColumn) whole(v []byte) int64 {
	switch {
	case c.width == 8:
		x := int64(binary.LittleEndian.Uint64(v))
		if c.kind == arrowInt && !c.signed && x < 0 {
			return Null
		}
		return x
	case c.kind == arrowDate:
		return int64(int32(binary.LittleEndian.Uint32(v))) * 86_400_000
	case c.width == 4 && c.signed:
		return int64(int32(binary.LittleEndian.Uint32(v)))
	case c.width == 4:
		return int64(binary.LittleEndian.Uint32(v))
	case c.width == 2 && c.signed:
		return int64(int16(binary.LittleEndian.Uint16(v)))
	case c.width == 2:
		return int64(binary.LittleEndian.Uint16(v))
	case c.signed:
		return int64(int8(v[0]))
	}
	return int64(v[0])
}

func (c *featherColumn) texts(b *featherBatch, rows int, present func(int) bool) error {
	if b.loose {
		return b.skip(2)
	}
	width := 4
	if c.kind == arrowLongText {
		width = 8
	}
	ends, err := b.next(int64(rows+1) * int64(width))
	if err != nil {
		return err
	}
	raw, err := b.next(math.MaxInt64)
	if err != nil || rows > 0 && len(ends) < (rows+1)*width {
		return errors.Join(err, errTorn)
	}
	end := func(i int) int64 {
		if width == 8 {
			return int64(binary.LittleEndian.Uint64(ends[8*i:]))
		}
		return int64(int32(binary.LittleEndian.Uint32(ends[4*i:])))
	}
	for i := range rows {
		from, to := end(i), end(i+1)
		if from < 0 || to < from || to > int64(len(raw)) {
			return errTorn
		}
		s := ""
		if present(i) {
			s = string(raw[from:to])
		}
		c.out.Texts = append(c.out.Texts, s)
	}
	return nil
}
