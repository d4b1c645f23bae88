package xgb

import (
	"fmt"
	"math"
	"strings"
	"unicode/utf8"
)

// Matrix is a column-major table of features: Cols[f][r] is feature f of row
// r, NaN where it is missing. All columns have the same length.
type Matrix struct {
	Names []string
	Cols  [][]float32
}

// Rows returns the length of the columns.
func (x Matrix) Rows() int {
	if len(x.Cols) == 0 {
		return 0
	}
	return len(x.Cols[0])
}

// Check returns an error when names and columns do not fit each other, a name
// is empty, doubled or holds a character XGBoost refuses, or a value is
// infinite.
func (x Matrix) Check() error {
	if len(x.Cols) == 0 {
		return fmt.Errorf("xgb: no columns")
	}
	if len(x.Names) != len(x.Cols) {
		return fmt.Errorf("xgb: %d names for %d columns", len(x.Names), len(x.Cols))
	}
	if err := checkNames(x.Names); err != nil {
		return err
	}
	return x.checkValues()
}

// checkValues is Check for names that are known to be sound, one for each column.
func (x Matrix) checkValues() error {
	for f, col := range x.Cols {
		if len(col) != x.Rows() {
			return fmt.Errorf("xgb: column %s has %d rows, column %s has %d",
				x.Names[f], len(col), x.Names[0], x.Rows())
		}
		for r, v := range col {
			if math.Float32bits(v)&^(1<<31) == 0x7f800000 {
				return fmt.Errorf("xgb: column %s, row %d: infinite value", x.Names[f], r)
			}
		}
	}
	return nil
}

// checkNames refuses what XGBoost refuses in feature names.
func checkNames(names []string) error {
	seen := make(map[string]bool, len(names))
	for i, name := range names {
		switch {
		case name == "":
			return fmt.Errorf("xgb: column %d has no name", i)
		case !utf8.ValidString(name):
			return fmt.Errorf("xgb: column name %q is not UTF-8", name)
		case strings.ContainsAny(name, "[]<"):
			return fmt.Errorf("xgb: column name %q holds one of [ ] <", name)
		case seen[name]:
			return fmt.Errorf("xgb: column name %q appears twice", name)
		}
		seen[name] = true
	}
	return nil
}
