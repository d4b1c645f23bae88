package outside

import (
	"fmt"

	"mantis/data"
)

// check holds the rows to the order in which they became known: no row twice, none
// before its time.
func (t *Table) check() error {
	type key struct {
		symbol      data.Symbol
		time, known int64
	}
	rows, last := map[key]int{}, map[data.Symbol]int{}
	for i, known := range t.Known {
		k := key{time: t.Time[i], known: known}
		if t.Symbols != nil {
			k.symbol = t.Symbols[i]
		}
		if t.Time[i] > known {
			return &data.InputError{Line: t.Lines[i], Column: knownAt, Value: data.Stamp(known), Reason: "known before " + data.Stamp(t.Time[i]) + ", the time that it is of",
				Hint: "time is the instant that a value is of, or at which what it measures ends; known_at is when it could be read"}
		}
		if before, twice := rows[k]; twice {
			return &data.InputError{Line: t.Lines[i], Column: knownAt, Value: data.Stamp(known), Reason: fmt.Sprintf("line %d is of the same instant", t.Lines[before]), Hint: "keep one of them"}
		}
		if before, ok := last[k.symbol]; ok && known < t.Known[before] {
			return &data.InputError{Line: t.Lines[i], Column: knownAt, Value: data.Stamp(known), Reason: fmt.Sprintf("line %d before it is known at %s, later", t.Lines[before], data.Stamp(t.Known[before])), Hint: "sort the rows by known_at, oldest first"}
		}
		rows[k], last[k.symbol] = i, i
	}
	return nil
}
