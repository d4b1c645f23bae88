package data

// Columns takes several columns of a batch and keeps the first error for the
// end:
//
//	c := b.Columns()
//	open, close := c.Floats("open"), c.Floats("close")
//	if c.Err != nil {
type Columns struct {
	Err   error
	batch *Batch
}

// Columns begins to take columns.
func (b *Batch) Columns() *Columns { return &Columns{batch: b} }

// Floats is Batch.Floats; nil after an error.
func (c *Columns) Floats(name string) []float64 { return take(c, name, c.batch.Floats) }

// Ints is Batch.Ints; nil after an error.
func (c *Columns) Ints(name string) []int64 { return take(c, name, c.batch.Ints) }

// Strings is Batch.Strings; nil after an error.
func (c *Columns) Strings(name string) []string { return take(c, name, c.batch.Strings) }

// Bools is Batch.Bools; nil after an error.
func (c *Columns) Bools(name string) []bool { return take(c, name, c.batch.Bools) }

func take[T any](c *Columns, name string, get func(string) ([]T, error)) []T {
	x, err := get(name)
	if err != nil && c.Err == nil {
		c.Err = err
	}
	return x
}
