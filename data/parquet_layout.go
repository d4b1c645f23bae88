package data

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/zstd"
)

// Limits on what a file may make its reader reserve. What WriteParquet writes
// stays far below them: pages of 256 KiB, and at the very least a page header
// for a few ten thousand rows.
const (
	rowsPerByte = 1024
	pageLimit   = 64 << 20
	zstdCodec   = 6 // CompressionCodec.ZSTD
)

// checkLayout walks a file's footer and page headers before the decoder does.
// The decoder reserves what they ask for, so one flipped bit of a length could
// end the program: here every list fits into its bytes, every column chunk
// into the file, every page into its chunk, every page's rows into its row
// group, and every page is one zstd frame of the size that the page claims.
func checkLayout(r io.ReaderAt, size int64) error {
	if size < 12 {
		return fmt.Errorf("%d bytes are no file", size)
	}
	var tail [8]byte
	if _, err := r.ReadAt(tail[:], size-8); err != nil && err != io.EOF {
		return err
	}
	length := int64(binary.LittleEndian.Uint32(tail[:]))
	if string(tail[4:]) != "PAR1" || length > size-12 {
		return errors.New("no footer")
	}
	raw := make([]byte, length)
	if _, err := r.ReadAt(raw, size-8-length); err != nil && err != io.EOF {
		return err
	}
	footer, err := (&compact{b: raw}).message()
	if err != nil {
		return err
	}
	// FileMetaData: 4 row groups; RowGroup: 1 columns, 3 rows; ColumnChunk: 3
	// metadata; ColumnMetaData: 4 codec, 7 compressed bytes, 9 first data page,
	// 11 dictionary page.
	for _, rg := range footer.list(4) {
		rows := rg.int(3)
		for _, chunk := range rg.list(1) {
			meta := chunk.message(3)
			from, n := meta.int(9), meta.int(7)
			if dictionary := meta.int(11); dictionary > 0 {
				from = min(from, dictionary)
			}
			if codec := meta.int(4); codec != zstdCodec {
				return fmt.Errorf("codec %d, want zstd", codec)
			}
			if from < 4 || n < 0 || n > size || from > size-n || rows < 0 || rows > rowGroup {
				return fmt.Errorf("a chunk of %d rows in %d bytes at %d of %d", rows, n, from, size)
			}
			if err := checkPages(io.NewSectionReader(r, from, n), rows); err != nil {
				return err
			}
		}
	}
	return nil
}

// checkPages walks the pages of one column chunk.
func checkPages(r *io.SectionReader, rows int64) error {
	for at := int64(0); at < r.Size(); {
		page, length, err := pageHeader(r, at)
		if err != nil {
			return err
		}
		// PageHeader: 1 the type, 2 and 3 the bytes of the page, 7 and 8 the
		// headers of dictionary and data v2; their 1 is the number of values.
		at += length
		size, stored, data := page.int(2), page.int(3), page.message(8)
		if size < 0 || size > max(pageLimit, 64*r.Size()) || stored < 0 || stored > r.Size()-at {
			return fmt.Errorf("a page of %d bytes, %d as stored, %d left", size, stored, r.Size()-at)
		}
		if n := max(data.int(1), page.message(7).int(1)); n > rows || page.int(1) != 2 && page.int(1) != 3 {
			return fmt.Errorf("a page of type %d with %d values in %d rows", page.int(1), n, rows)
		}
		raw := make([]byte, stored)
		if _, err := r.ReadAt(raw, at); err != nil && err != io.EOF {
			return err
		}
		// DataPageHeaderV2: 5 and 6 the bytes of the levels, which stand before
		// the frame, 7 whether there is a frame.
		levels := data.int(5) + data.int(6)
		if levels < 0 || levels > stored {
			return errTorn
		}
		if data.int(7) != no {
			if err := checkFrame(raw[levels:], size); err != nil {
				return err
			}
		}
		at += stored
	}
	return nil
}

// checkFrame holds the header of a page's one zstd frame against the page's
// size, and walks the frame's blocks to its end.
func checkFrame(b []byte, size int64) error {
	var h zstd.Header
	if err := h.Decode(b); err != nil || h.Skippable || h.FrameContentSize > uint64(size) || h.WindowSize > pageLimit {
		return fmt.Errorf("no frame for a page of %d bytes", size)
	}
	at := h.HeaderSize
	for last := false; !last; {
		if at+3 > len(b) {
			return errTorn
		}
		head := int(b[at]) | int(b[at+1])<<8 | int(b[at+2])<<16
		if last = head&1 == 1; !last && !h.HasFCS { // short frames do not tell their size
			return errors.New("a frame of unknown size has more than one block")
		}
		if at += 3; head>>1&3 == 1 { // one byte, repeated
			at++
		} else {
			at += head >> 3
		}
	}
	if h.HasCheckSum {
		at += 4
	}
	if at != len(b) {
		return fmt.Errorf("a frame of %d bytes in %d", at, len(b))
	}
	return nil
}

// pageHeader reads the header at an offset of a chunk, and tells its length: it
// holds the least and the greatest string of the page, as long as those are.
func pageHeader(r *io.SectionReader, at int64) (message, int64, error) {
	for window := int64(1 << 10); ; window *= 8 {
		head := make([]byte, min(window, r.Size()-at))
		if _, err := r.ReadAt(head, at); err != nil && err != io.EOF {
			return nil, 0, err
		}
		c := &compact{b: head}
		page, err := c.message()
		if err == nil || window >= r.Size()-at {
			return page, int64(c.at), err
		}
	}
}
