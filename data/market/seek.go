package market

import (
	"bytes"
	"io"
	"slices"
	"sort"

	"mantis/data"
)

// seeker looks up single rows of a file and does not read what lies between. It
// takes the rows for ordered by time; what it finds in a file where they are
// not, means nothing. All places are bytes from the beginning of the file.
type seeker struct {
	r         *reader
	in        io.ReaderAt
	top, size int64 // where the body begins, and where the file ends
	sight     int   // the most bytes in which it looks for a row
	room      []byte
	cells     cells
	down      bool // the newest row stands first
	lost      bool // a row could not be read, or none was in sight
}

// row is the first row that begins at or behind a place of the body: where it
// begins and its instant. It is not ok where no row follows, and where the
// seeker is lost.
func (s *seeker) row(at int64) (begin int64, t int64, ok bool) {
	var line []byte
	for near, short := min(512, s.sight), true; short; near = min(8*near, s.sight) {
		if begin, line, short = s.line(at, near); short && near == s.sight {
			s.lost = true
			return s.size, 0, false
		}
	}
	if line == nil {
		return s.size, 0, false
	}
	s.cells.cut(line, s.r.layout.sep, true)
	if s.cells.count() != len(s.r.layout.names) {
		s.lost = true
		return s.size, 0, false
	}
	t, bad := s.r.instant(&s.cells)
	s.lost = s.lost || bad.reason != ""
	return begin, t, bad.reason == ""
}

// line is the first line that begins at or behind a place and is not empty; nil
// where there is none. It is short where the line does not end in sight.
func (s *seeker) line(at int64, sight int) (begin int64, line []byte, short bool) {
	begin, end := max(at-1, s.top), min(at+int64(sight), s.size)
	body, ends := s.bytes(begin, end), end == s.size
	if at > begin {
		n := bytes.IndexByte(body, '\n') // of the line that the place is in, or right before it
		if n < 0 {
			return 0, nil, !ends
		}
		begin, body = begin+int64(n)+1, body[n+1:]
	}
	for len(body) > 0 {
		line, rest := cutLine(body)
		if !ends && len(rest) == 0 && body[len(body)-1] != '\n' {
			return 0, nil, true
		}
		if len(bytes.TrimSpace(line)) > 0 {
			return begin, line, false
		}
		begin, body = begin+int64(len(body)-len(rest)), rest
	}
	return 0, nil, !ends
}

// bytes are those of a range, until it is called again. Where they cannot be
// read, the seeker is lost.
func (s *seeker) bytes(from, to int64) []byte {
	n := int(max(to-from, 0))
	s.room = slices.Grow(s.room[:0], n)[:n]
	if got, err := s.in.ReadAt(s.room, from); got < n {
		s.lost = s.lost || err != nil
		return s.room[:got]
	}
	return s.room
}

// last is the last row.
func (s *seeker) last() (begin int64, t int64, ok bool) {
	none := sort.Search(int(s.size-s.top), func(at int) bool {
		_, _, ok := s.row(s.top + int64(at))
		return !ok
	})
	return s.row(s.top + int64(max(none-1, 0)))
}

// past is the first row behind a place whose instant is outside from to until,
// or the end of the body.
func (s *seeker) past(at int64, from, until int64) (begin int64, t int64, ok bool) {
	n := sort.Search(int(s.size-at), func(i int) bool {
		_, t, ok := s.row(at + int64(i))
		return !ok || s.down && t < from || !s.down && t >= until
	})
	return s.row(at + int64(n))
}

// step is the commonest step of some rows here and there in the file, in a
// small file of all rows, or 0.
func (s *seeker) step() data.Interval {
	const looks, rows = 16, 64
	found, at := steps{}, s.top
	for i := range looks {
		var t []int64
		next := max(at, s.top+(s.size-s.top)/looks*int64(i))
		for range rows {
			begin, u, ok := s.row(next)
			if !ok {
				break
			}
			t, at, next = append(t, u), begin, begin+1
		}
		if s.down {
			slices.Reverse(t)
		}
		found.count(t)
	}
	commonest, _ := found.commonest()
	return commonest
}

// bare is where the rows from one place to another end, without the line end of
// the last and empty lines behind it.
func (s *seeker) bare(from, to int64) int64 {
	tail := max(from, to-int64(s.sight))
	rows := bare(s.bytes(tail, to))
	if len(rows) == 0 {
		s.lost = true
	}
	return tail + int64(len(rows))
}
