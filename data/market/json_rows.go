package market

import (
	"fmt"
	"strings"

	"mantis/data"
)

// jsonRows reads the rows of a document one by one into cells: those of an
// array in its order, those of an object in the order of names.
type jsonRows struct {
	doc   *document
	names []string // of the columns of objects
	s     scanner
	row   cells
	text  []byte // the row as written, good until the next
	value [][]byte
	room  []byte
	done  bool
}

func (d *document) rows(names []string) *jsonRows {
	return &jsonRows{doc: d, names: names, s: scanner{b: d.b, i: d.at + 1}, done: d.at < 0}
}

// next reads a row, from 1. It is not ok behind the last one.
func (j *jsonRows) next() (number int, ok bool, err error) {
	if j.done {
		return 0, false, nil
	}
	s := &j.s
	s.row++
	s.space()
	from := s.i
	switch {
	case s.i < len(s.b) && s.b[s.i] == '{' && j.doc.objects:
		err = j.object()
	case s.i < len(s.b) && s.b[s.i] == '[' && !j.doc.objects:
		err = j.array()
	default:
		err = s.torn("a row like the first")
	}
	if err != nil {
		return s.row, false, err
	}
	if s.i-from > longestLine {
		return s.row, false, tooLong(s.row, longestLine, nil)
	}
	j.text = s.b[from:s.i]
	if j.done, err = s.follows(']'); err != nil {
		return s.row, false, err
	}
	j.join()
	return s.row, true, nil
}

func (j *jsonRows) array() error {
	s := &j.s
	j.value = j.value[:0]
	s.i++
	if s.space() == ']' {
		s.i++
		return nil
	}
	for done := false; !done; {
		v, plain, err := s.plain()
		if err == nil && !plain {
			err = s.nested()
		}
		if err != nil {
			return err
		}
		j.value = append(j.value, v)
		if done, err = s.follows(']'); err != nil {
			return err
		}
	}
	return nil
}

func (s *scanner) nested() error {
	return &data.InputError{Line: s.row, Reason: fmt.Sprintf("a value at byte %d that is a list or an object, where a row holds numbers and texts", s.i+1)}
}

func (j *jsonRows) object() error {
	s := &j.s
	j.value = j.value[:0]
	for range j.names {
		j.value = append(j.value, nil)
	}
	at := -1
	return s.members('{', func(key []byte) error {
		v, plain, err := s.plain()
		if err == nil && !plain {
			err = s.nested()
		}
		if err != nil {
			return err
		}
		if at++; at >= len(j.names) || j.names[at] != text(key) {
			if at = indexOf(j.names, text(key)); at < 0 {
				return &data.InputError{Line: s.row, Column: string(key), Reason: "a key that the first row has not"}
			}
		}
		if j.value[at] != nil {
			return &data.InputError{Line: s.row, Column: string(key), Reason: "a key that the row has twice"}
		}
		j.value[at] = v
		return nil
	})
}

func indexOf(names []string, name string) int {
	for i, n := range names {
		if n == name {
			return i
		}
	}
	return -1
}

// join makes a line of the values.
func (j *jsonRows) join() {
	room, c := j.room[:0], &j.row
	c.end = append(c.end[:0], -1)
	for _, v := range j.value {
		room = append(append(room, v...), ',')
		c.end = append(c.end, int32(len(room)-1))
	}
	j.room, c.line = room, room
	if len(room) > 0 {
		c.line = room[:len(room)-1]
	}
}

// jsonBody reads all rows of a document into the columns, and the document to
// its end.
func (r *reader) jsonBody(d *document, f *Format) error {
	const shortest = 24 // bytes of a row
	c := &r.out.Candles
	symbol, interval := c.Symbol, c.Interval
	*c = columns(min(len(d.b)/shortest/2, roomMost) + 1)
	c.Symbol, c.Interval = symbol, interval
	rows, open := d.rows(r.layout.names), 0
	for {
		number, ok, err := rows.next()
		if err != nil {
			return err
		}
		if !ok {
			break
		}
		if err := r.crowded(); err != nil {
			return err
		}
		if f.open != nil && f.open(&rows.row) {
			open++
			continue
		}
		bad := r.row(&rows.row)
		if bad.reason == "" {
			r.line = append(r.line, int32(number))
			continue
		}
		if bad.column == whole {
			bad.reason = fmt.Sprintf("%d values in a row of %d columns", len(rows.value), len(r.layout.names))
		}
		if err := r.setAside(number, bad, &rows.row); err != nil {
			return err
		}
		r.out.Quarantined[len(r.out.Quarantined)-1].Text = string(rows.text)
	}
	if err := d.rest(&rows.s); err != nil {
		return err
	}
	r.noteOpen(open)
	r.cite = d.cite(r)
	return nil
}

// noteOpen tells of candles that were not over when the source gave them.
func (r *reader) noteOpen(rows int) {
	if rows > 0 {
		r.note("%s left out: the candle was still open", data.Counted(rows, "row"))
	}
}

// cite fills in text and stamp of rows, which are by number.
func (d *document) cite(r *reader) func([]Quarantined) {
	return func(faults []Quarantined) {
		rows := d.rows(r.layout.names)
		for i := 0; i < len(faults); {
			number, ok, err := rows.next()
			if !ok || err != nil {
				return
			}
			for ; i < len(faults) && faults[i].Line == number; i++ {
				faults[i].Text = string(rows.text)
				faults[i].Value = strings.Clone(string(rows.row.at(r.layout.at[roleStamp])))
			}
		}
	}
}
