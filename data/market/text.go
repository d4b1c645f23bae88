package market

import (
	"bytes"
	"fmt"
	"io"
	"math"
	"unicode/utf8"

	"mantis/data"
)

// limits are how much of a file is in memory at once. All zero stands for
// blockSize, longestLine and wholeMost; tests make them smaller.
type limits struct{ block, line, whole int }

func (l limits) orElse() limits {
	if l == (limits{}) {
		return limits{blockSize, longestLine, wholeMost}
	}
	return l
}

const (
	// blockSize is how much of a text is in memory at once.
	blockSize = 4 << 20

	// longestLine is the longest line, or row of JSON, that is read: some hundred
	// times that of any candle.
	longestLine = 1 << 20

	// wholeMost is the largest file, unpacked, of the kinds that are in memory
	// whole: JSON, Feather and Parquet. It holds five million candles of JSON, ten
	// years of minutes.
	wholeMost = 256 << 20
)

// lines reads a text block by block, each of whole lines, so that a text of any
// length takes the memory of a block.
type lines struct {
	in     io.Reader
	most   limits
	room   []byte
	at, to int  // the bytes in room that no block had
	ended  bool // there are no more than these
	number int  // of the line that the next block begins with
}

// newLines begins at line 1 of a text that is told to have so many bytes, and
// reads it into room if that has any.
func newLines(in io.Reader, told int64, most limits, room []byte) *lines {
	if want := int(min(int64(most.block), max(told, 0)+512)); len(room) < want {
		room = make([]byte, want)
	}
	return &lines{in: in, most: most, room: room, number: 1}
}

// next is the next lines, which are good until it is called again, and the number
// of the first; nil behind the last. A line that is too long is an error.
func (l *lines) next() (block []byte, number int, err error) {
	l.to, l.at = copy(l.room, l.room[l.at:l.to]), 0
	for {
		if err := l.fill(); err != nil {
			return nil, l.number, err
		}
		block = l.room[:l.to]
		if !l.ended {
			block = block[:bytes.LastIndexByte(block, '\n')+1]
		}
		if len(block) > 0 || l.ended {
			break
		}
		if len(l.room) > l.most.line {
			return nil, l.number, tooLong(l.number, l.most.line, l.room)
		}
		l.room = append(l.room, make([]byte, len(l.room))...)
	}
	if len(block) == 0 {
		return nil, l.number, nil
	}
	for rest := block; len(rest) > l.most.line; {
		i := bytes.LastIndexByte(rest[:l.most.line+1], '\n')
		if i < 0 {
			before := bytes.Count(block[:len(block)-len(rest)], []byte("\n"))
			return nil, l.number, tooLong(l.number+before, l.most.line, rest)
		}
		rest = rest[i+1:]
	}
	number, l.at = l.number, len(block)
	if l.number += bytes.Count(block, []byte("\n")); l.number > math.MaxInt32 {
		return nil, number, &data.InputError{Line: number, Reason: "more lines than any file of candles has", Hint: "cut it into files of years"}
	}
	return block, number, nil
}

// fill reads until there is no more room.
func (l *lines) fill() error {
	if l.ended || l.to == len(l.room) {
		return nil
	}
	n, err := io.ReadFull(l.in, l.room[l.to:])
	l.to += n
	if err == io.EOF || err == io.ErrUnexpectedEOF { // of the text: a packed one that is cut short has an error of its own
		l.ended, err = true, nil
	}
	return err
}

// first is the block that a text begins with, without a byte order mark. A text
// of blanks is an error, and so is one in which nothing else is seen for a block.
func (l *lines) first() ([]byte, error) {
	block, _, err := l.next()
	if err != nil {
		return nil, err
	}
	block = bytes.TrimPrefix(block, []byte(byteOrderMark))
	if len(bytes.TrimSpace(block)) > 0 {
		return block, nil
	}
	number := 1
	for len(bytes.TrimSpace(block)) == 0 {
		if block, number, err = l.next(); err != nil {
			return nil, err
		}
		if block == nil {
			return nil, &data.InputError{Reason: "the file is empty", Hint: emptyHint}
		}
	}
	return nil, &data.InputError{Line: number, Reason: "nothing but empty lines stand before this one", Hint: "take them away"}
}

const byteOrderMark = "\xef\xbb\xbf"

const emptyHint = "fetch it again, or leave it out"

// oldLines is an error where the first line of a text, of which it is the line of
// this number, has the line ends of old Macs in it.
func oldLines(number int, text []byte) error {
	line, _ := cutLine(text)
	if line = bytes.Trim(line, "\r"); bytes.IndexByte(line, '\r') < 0 || !utf8.Valid(line[:min(len(line), 64)]) && !utf8.Valid(line[:min(len(line), 61)]) {
		return nil
	}
	return &data.InputError{Line: number, Reason: "the lines end in CR alone, as those of old Macs do", Hint: `write line feeds in their place: tr '\r' '\n' <FILE >NEW`}
}

// tooLong is the error of a line of which these bytes are the beginning.
func tooLong(number, most int, line []byte) error {
	if err := oldLines(number, line); err != nil {
		return err
	}
	return &data.InputError{Line: number, Reason: fmt.Sprintf("a line that is longer than %s bytes", data.Thousands(most)),
		Hint: "no candle is: this may be another kind of file, or its line ends are lost"}
}
