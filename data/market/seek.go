package market

import (
	"bytes"
	"slices"
	"sort"

	"mantis/data"
)

// seeker looks up single rows of a file and does not read what lies between. It
// takes the rows for ordered by time; what it finds in a file where they are
// not, means nothing.
type seeker struct {
	r     *reader
	sight int // the most bytes in which it looks for a row
	cells cells
	down  bool // the newest row stands first
	lost  bool // a row could not be read, or none was in sight
}

// row is the first row that begins at or behind a place of the body: where it
// begins and its instant. It is not ok where no row follows, and where the
// seeker is lost.
func (s *seeker) row(at int) (begin int, t int64, ok bool) {
	body, l := s.r.body, &s.r.layout
	end := min(at+s.sight, len(body))
	if at > 0 && body[at-1] != '\n' {
		at += bytes.IndexByte(body[at:end], '\n') + 1
		if body[at-1] != '\n' {
			s.lost = s.lost || end < len(body)
			return len(body), 0, false
		}
	}
	for at < len(body) {
		if end < len(body) && (at >= end || bytes.IndexByte(body[at:end], '\n') < 0) {
			s.lost = true
			break
		}
		line, rest := cutLine(body[at:])
		if len(bytes.TrimSpace(line)) == 0 {
			at = len(body) - len(rest)
			continue
		}
		s.cells.cut(line, l.sep, true)
		if s.cells.count() != len(l.names) {
			s.lost = true
			break
		}
		t, bad := s.r.instant(&s.cells)
		s.lost = s.lost || bad.reason != ""
		return at, t, bad.reason == ""
	}
	return len(body), 0, false
}

// last is the last row.
func (s *seeker) last() (begin int, t int64, ok bool) {
	none := sort.Search(len(s.r.body), func(at int) bool {
		_, _, ok := s.row(at)
		return !ok
	})
	return s.row(max(none-1, 0))
}

// past is the first row behind a place whose instant is outside from to until,
// or the end of the body.
func (s *seeker) past(at int, from, until int64) (begin int, t int64, ok bool) {
	n := sort.Search(len(s.r.body)-at, func(i int) bool {
		_, t, ok := s.row(at + i)
		return !ok || s.down && t < from || !s.down && t >= until
	})
	return s.row(at + n)
}

// step is the commonest step of some rows here and there in the file, in a
// small file of all rows, or 0.
func (s *seeker) step() data.Interval {
	const looks, rows = 16, 64
	found, at := steps{}, 0
	for i := range looks {
		var t []int64
		next := max(at, len(s.r.body)/looks*i)
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
