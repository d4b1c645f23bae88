package data

import (
	"cmp"
	"slices"
)

// pair is a row of A and the row of B that belongs to it.
type pair struct{ a, b int }

// match finds the rows of two batches that have the same key, in the order of
// the key. Of rows that share a key, the first belongs to the first, and so on.
func match(a, b *Batch, key []string) []pair {
	pairs := make([]pair, 0, min(a.rows, b.rows))
	if len(key) == 0 {
		for r := range min(a.rows, b.rows) {
			pairs = append(pairs, pair{r, r})
		}
		return pairs
	}
	rowsA, rowsB := inOrder(a, key), inOrder(b, key)
	compare := comparison(a, b, key)
	for i, j := 0, 0; i < a.rows && j < b.rows; {
		switch c := compare(rowsA[i], rowsB[j]); {
		case c < 0:
			i++
		case c > 0:
			j++
		default:
			pairs = append(pairs, pair{rowsA[i], rowsB[j]})
			i, j = i+1, j+1
		}
	}
	return pairs
}

// inOrder is the rows of a batch in the order of a key.
func inOrder(b *Batch, key []string) []int {
	rows := make([]int, b.rows)
	for r := range rows {
		rows[r] = r
	}
	if compare := comparison(b, b, key); !slices.IsSortedFunc(rows, compare) {
		slices.SortStableFunc(rows, compare)
	}
	return rows
}

// comparison orders a row of a before or after a row of b by a key that both
// have in the same types.
func comparison(a, b *Batch, key []string) func(r, q int) int {
	var each []func(r, q int) int
	for _, name := range key {
		x, y := a.column(a.schema.Index(name)), b.column(b.schema.Index(name))
		switch x := x.(type) {
		case []float64:
			each = append(each, compared(x, y.([]float64)))
		case []int64:
			each = append(each, compared(x, y.([]int64)))
		case []string:
			each = append(each, compared(x, y.([]string)))
		case []bool:
			y, number := y.([]bool), map[bool]int{true: 1}
			each = append(each, func(r, q int) int { return number[x[r]] - number[y[q]] })
		}
	}
	return func(r, q int) int {
		for _, compare := range each {
			if c := compare(r, q); c != 0 {
				return c
			}
		}
		return 0
	}
}

func compared[T cmp.Ordered](x, y []T) func(r, q int) int {
	return func(r, q int) int { return cmp.Compare(x[r], y[q]) }
}
