package data

import (
	"encoding/binary"
	"fmt"
	"hash/crc32"
	"math/bits"
	"slices"

	"github.com/klauspost/compress/huff0"
	"github.com/parquet-go/parquet-go/encoding/bytestreamsplit"
	"github.com/parquet-go/parquet-go/encoding/delta"
	"github.com/parquet-go/parquet-go/encoding/thrift"
	parquet "github.com/parquet-go/parquet-go/format"
)

// The encodings that come from the library. Its run-length encoding does not: it
// gives other bytes on other processors.
var (
	splitEncoding bytestreamsplit.Encoding
	deltaEncoding delta.BinaryPackedEncoding
)

// pageBuffers are what one page after the other is made in.
type pageBuffers struct {
	valid  []byte   // which rows have a value
	levels []byte   // the same, encoded; empty where every row must have one
	values []uint64 // the values of those rows
	plain  []byte   // the values, encoded
	stored []byte   // the levels, and the values compressed
	huff   huff0.Scratch
	small  bool // compress as far as it goes, however long that takes
}

// chunk writes one column of one row group.
type chunk struct {
	field   Field
	out     *sink
	buf     *pageBuffers
	meta    parquet.ColumnMetaData
	offsets parquet.OffsetIndex
	pages   []pageStats
}

// write writes all pages of the chunk.
func (c *chunk) write(col any) {
	l := c.field.Type.layout()
	c.meta = parquet.ColumnMetaData{
		Type: l.physical, Encoding: []parquet.Encoding{l.encoding}, PathInSchema: []string{c.field.Name}, Codec: parquet.Zstd,
	}
	if c.field.Nullable {
		c.meta.Encoding = []parquet.Encoding{parquet.RLE, l.encoding}
	}
	c.buf.levels = c.buf.levels[:0]
	switch x := col.(type) {
	case []float64:
		for page := range slices.Chunk(x, pageRows) {
			c.writeFloats(page)
		}
	case []int64:
		for page := range slices.Chunk(x, pageRows) {
			c.writeInts(page)
		}
	case []bool:
		for page := range slices.Chunk(x, pageRows) {
			c.buf.plain = appendBits(c.buf.plain[:0], page)
			c.writePage(len(page), 0, false, boolStats(page))
		}
	case []string:
		c.writeStrings(x)
	case Repeated:
		c.writeRepeated(x)
	}
	c.meta.Statistics = c.statistics()
}

func (c *chunk) writeFloats(x []float64) {
	values, nulls := c.present(words(x), missingFloatBits)
	var err error
	c.buf.plain, err = splitEncoding.EncodeDouble(c.buf.plain, floats(values))
	c.fail(err)
	c.writePage(len(x), nulls, len(values) >= splitRows && !repetitive(values), floatStats(floats(values)))
}

func (c *chunk) writeInts(x []int64) {
	values, nulls := c.present(words(x), nullBits)
	var err error
	c.buf.plain, err = deltaEncoding.EncodeInt64(c.buf.plain, ints(values))
	c.fail(err)
	c.writePage(len(x), nulls, false, intStats(ints(values)))
}

// present leaves out the missing values of a page, which have one bit pattern,
// and puts into the levels which rows they are.
func (c *chunk) present(x []uint64, missing uint64) (values []uint64, nulls int) {
	if !c.field.Nullable {
		return x, 0
	}
	c.buf.valid, nulls = appendValid(c.buf.valid[:0], x, missing)
	c.buf.levels = appendLevels(c.buf.levels[:0], c.buf.valid, len(x), nulls)
	switch nulls {
	case 0:
		return x, 0
	case len(x):
		return nil, nulls
	}
	c.buf.values = appendPresent(c.buf.values[:0], x, c.buf.valid)
	return c.buf.values, nulls
}

// writeStrings writes a page of the different strings, then pages of their
// positions in it.
func (c *chunk) writeStrings(x []string) {
	index, different, err := dictionary(x)
	if err != nil {
		c.fail(err)
		return
	}
	c.writeDictionary(different)
	seen := make([]bool, len(different))
	for page := range slices.Chunk(index, pageRows) {
		c.buf.plain = appendIndex(c.buf.plain[:0], page, max(1, bits.Len(uint(len(different)-1))))
		c.writePage(len(page), 0, false, stringStats(page, different, seen))
	}
}

// writeDictionary writes the page of the different strings.
func (c *chunk) writeDictionary(different []string) {
	c.meta.Encoding = []parquet.Encoding{parquet.Plain, parquet.RLEDictionary}
	c.buf.plain = c.buf.plain[:0]
	for _, s := range different {
		c.buf.plain = binary.LittleEndian.AppendUint32(c.buf.plain, uint32(len(s)))
		c.buf.plain = append(c.buf.plain, s...)
	}
	c.meta.DictionaryPageOffset = c.out.at
	c.buf.stored = c.buf.zstd().EncodeAll(c.buf.plain, c.buf.stored[:0])
	c.put(parquet.Plain, len(c.buf.plain), &parquet.PageHeader{
		Type:                 parquet.DictionaryPage,
		DictionaryPageHeader: thrift.New(parquet.DictionaryPageHeader{NumValues: int32(len(different))}),
	})
}

// dictionary numbers the different strings of a column in the order in which
// they come first.
func dictionary(x []string) (index []int32, different []string, err error) {
	index, at, size := make([]int32, len(x)), map[string]int32{}, 0
	for r, s := range x {
		if r > 0 && s == x[r-1] {
			index[r] = index[r-1]
			continue
		}
		n, ok := at[s]
		if !ok {
			n = int32(len(different))
			at[s], different = n, append(different, s)
			if size += 4 + len(s); size > pageLimit {
				return nil, nil, tooManyStrings(len(x))
			}
		}
		index[r] = n
	}
	return index, different, nil
}

func tooManyStrings(rows int) error {
	return fmt.Errorf("more than %d bytes of different strings in %d rows", pageLimit, rows)
}

// writePage writes the page whose levels and encoded values the buffers hold.
func (c *chunk) writePage(rows, nulls int, split bool, stats pageStats) {
	if len(c.pages) == 0 {
		c.meta.DataPageOffset = c.out.at
	}
	at, encoding := c.out.at, c.field.Type.layout().encoding
	stats.rows, stats.nulls = int64(rows), int64(nulls)
	c.buf.stored = append(c.buf.stored[:0], c.buf.levels...)
	if split && !c.buf.small {
		c.buf.stored = splitFrame(c.buf.stored, c.buf.plain, &c.buf.huff)
	} else {
		c.buf.stored = c.buf.zstd().EncodeAll(c.buf.plain, c.buf.stored)
	}
	c.put(encoding, len(c.buf.levels)+len(c.buf.plain), &parquet.PageHeader{
		Type: parquet.DataPageV2,
		DataPageHeaderV2: thrift.New(parquet.DataPageHeaderV2{
			NumValues: int32(rows), NumNulls: int32(nulls), NumRows: int32(rows), Encoding: encoding,
			DefinitionLevelsByteLength: int32(len(c.buf.levels)), IsCompressed: thrift.New(true),
			Statistics: parquet.Statistics{NullCount: stats.nulls},
		}),
	})
	c.offsets.PageLocations = append(c.offsets.PageLocations, parquet.PageLocation{
		Offset: at, CompressedPageSize: int32(c.out.at - at), FirstRowIndex: c.meta.NumValues,
	})
	c.pages = append(c.pages, stats)
	c.meta.NumValues += int64(rows)
}

// put writes the stored bytes of a page under their header, and counts them.
// size is that of the page before it was compressed.
func (c *chunk) put(encoding parquet.Encoding, size int, h *parquet.PageHeader) {
	h.UncompressedPageSize, h.CompressedPageSize = int32(size), int32(len(c.buf.stored))
	h.CRC = int32(crc32.ChecksumIEEE(c.buf.stored))
	n := c.out.message(h)
	c.out.write(c.buf.stored)
	c.meta.TotalUncompressedSize += int64(n + size)
	c.meta.TotalCompressedSize += int64(n + len(c.buf.stored))
	for i := range c.meta.EncodingStats {
		if s := &c.meta.EncodingStats[i]; s.PageType == h.Type {
			s.Count++
			return
		}
	}
	c.meta.EncodingStats = append(c.meta.EncodingStats, parquet.PageEncodingStats{PageType: h.Type, Encoding: encoding, Count: 1})
}

func (c *chunk) fail(err error) {
	if err != nil {
		c.out.fail(fmt.Errorf("column %s: %w", c.field.Name, err))
	}
}
