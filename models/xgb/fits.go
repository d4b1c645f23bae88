package xgb

import (
	"fmt"
	"slices"
	"strings"
)

// fits returns an error unless x has the columns of the model in its order, or,
// where the model has no names, as many.
func (b *Booster) fits(x Matrix) error {
	if b.names != nil {
		if len(x.Cols) > 0 && len(x.Cols) == len(x.Names) && slices.Equal(x.Names, b.names) {
			return x.checkValues() // soon done for a single row
		}
		return x.Fits(b.names)
	}
	if err := x.Check(); err != nil {
		return err
	}
	if len(x.Cols) != b.unnamed {
		return fmt.Errorf("xgb: %d columns, and the model, which has no names of them, takes %d", len(x.Cols), b.unnamed)
	}
	return nil
}

// Fits returns an error unless x is sound and has the columns of these names, in
// this order.
func (x Matrix) Fits(names []string) error {
	if err := x.Check(); err != nil {
		return err
	}
	have, want := places(x.Names), places(names)
	var missing, extra, moved []string
	for i, name := range names {
		if at, ok := have[name]; !ok {
			missing = append(missing, name)
		} else if at != i {
			moved = append(moved, fmt.Sprintf("%s (column %d, want %d)", name, at, i))
		}
	}
	for _, name := range x.Names {
		if _, ok := want[name]; !ok {
			extra = append(extra, name)
		}
	}
	var faults []string
	if len(missing) > 0 {
		faults = append(faults, "missing "+list(missing))
	}
	if len(extra) > 0 {
		faults = append(faults, "not in the model "+list(extra))
	}
	if len(faults) == 0 && len(moved) > 0 {
		faults = append(faults, "out of order "+list(moved))
	}
	if len(faults) > 0 {
		return fmt.Errorf("xgb: columns differ from the model's: %s", strings.Join(faults, "; "))
	}
	return nil
}

func places(names []string) map[string]int {
	out := make(map[string]int, len(names))
	for i, name := range names {
		out[name] = i
	}
	return out
}

// list joins names, the first ten of them.
func list(names []string) string {
	if n := len(names) - 10; n > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names[:10], ", "), n)
	}
	return strings.Join(names, ", ")
}
