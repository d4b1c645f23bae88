package outside

import (
	"bytes"
	"encoding/csv"
	"errors"
	"fmt"
	"io"
	"strings"

	"mantis/data"
)

// textSheet is a CSV file with a header.
type textSheet struct {
	header []string
	cells  [][]string
	lines  []int
}

func openCSV(content []byte) (*textSheet, error) {
	r := csv.NewReader(bytes.NewReader(bytes.TrimPrefix(content, []byte("\xef\xbb\xbf"))))
	r.FieldsPerRecord = -1
	s := &textSheet{}
	for {
		record, err := r.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		var torn *csv.ParseError
		if errors.As(err, &torn) {
			return nil, &data.InputError{Line: torn.Line, Reason: torn.Err.Error()}
		}
		if err != nil {
			return nil, &data.InputError{Reason: err.Error()}
		}
		line, _ := r.FieldPos(0)
		if s.header == nil {
			s.header = record
			continue
		}
		if len(record) != len(s.header) {
			return nil, &data.InputError{Line: line, Reason: fmt.Sprintf("%s, the header has %d", data.Counted(len(record), "column"), len(s.header))}
		}
		s.cells, s.lines = append(s.cells, record), append(s.lines, line)
	}
	if s.header == nil {
		return nil, &data.InputError{Reason: "the file is empty"}
	}
	return s, nil
}

func (s *textSheet) names() []string  { return s.header }
func (s *textSheet) rows() int        { return len(s.cells) }
func (s *textSheet) line(row int) int { return s.lines[row] }

func (s *textSheet) text(column, row int) (string, *data.InputError) {
	return strings.TrimSpace(s.cells[row][column]), nil
}

func (s *textSheet) number(column, row int) (float64, *data.InputError) {
	return parseNumber(strings.TrimSpace(s.cells[row][column]))
}

func (s *textSheet) instant(column, row int) (int64, bool, *data.InputError) {
	cell := strings.TrimSpace(s.cells[row][column])
	t, dated, ok := parseInstant(cell)
	if !ok {
		return 0, false, notInstant(cell)
	}
	return t, dated, nil
}
