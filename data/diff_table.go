package data

import (
	"slices"
	"strings"
)

// diffTable compares one table of two versions.
func diffTable(sa *Store, a *Version, sb *Store, b *Version, name string) (*TableDiff, error) {
	t := &TableDiff{Table: name, Status: Same, Schema: []Change{}, Key: []string{}, Parts: []PartDiff{}, Columns: []ColumnDiff{}}
	was, errA := a.Table(name)
	is, errB := b.Table(name)
	switch {
	case errA != nil:
		t.Status = Added
	case errB != nil:
		t.Status = Removed
	default:
		t.Schema, t.Key = diffSchema(was, is), sharedKey(was, is)
	}
	err := partPairs(a, b, name, func(key string, p, q *Part) error {
		d := PartDiff{Key: key, Status: statusOf(p, q)}
		switch d.Status {
		case Same:
			t.Unchanged++
			return nil
		case Added:
			d.RowsB, d.Added = q.Rows, q.Rows
		case Removed:
			d.RowsA, d.Removed = p.Rows, p.Rows
		case Changed:
			x, err := sa.Read(a, *p)
			if err != nil {
				return err
			}
			y, err := sb.Read(b, *q)
			if err != nil {
				return err
			}
			t.compare(&d, x, y)
		}
		t.Parts = append(t.Parts, d)
		return nil
	})
	if t.Status == Same && len(t.Schema)+len(t.Parts) > 0 {
		t.Status = Changed
	}
	t.Columns = slices.DeleteFunc(t.Columns, func(c ColumnDiff) bool { return c.Rows == 0 })
	return t, err
}

// compare counts what differs in a part that both versions have.
func (t *TableDiff) compare(d *PartDiff, a, b *Batch) {
	pairs := match(a, b, t.Key)
	d.RowsA, d.RowsB = a.rows, b.rows
	d.Removed, d.Added = a.rows-len(pairs), b.rows-len(pairs)
	changed := make([]bool, len(pairs))
	for i, f := range b.schema.Fields {
		at := a.schema.Index(f.Name)
		if at < 0 || a.schema.Fields[at].Type != f.Type || slices.Contains(t.Key, f.Name) {
			continue
		}
		c := t.column(f)
		before := c.Rows
		first := c.count(a.column(at), b.column(i), pairs, changed)
		if c.Rows > before {
			c.Parts++
		}
		if before == 0 && first >= 0 {
			c.First = t.example(d.Key, a, b, at, i, pairs[first])
		}
	}
	for _, c := range changed {
		if c {
			d.Changed++
		}
	}
}

// column is what is known of a column's differences so far.
func (t *TableDiff) column(f Field) *ColumnDiff {
	for i := range t.Columns {
		if t.Columns[i].Column == f.Name {
			return &t.Columns[i]
		}
	}
	t.Columns = append(t.Columns, ColumnDiff{Column: f.Name, Type: f.Type})
	return &t.Columns[len(t.Columns)-1]
}

// diffSchema lists what the content ids of a table's parts know of its schema,
// where it differs.
func diffSchema(a, b Schema) []Change {
	types := func(s Schema) map[string]string {
		out := map[string]string{}
		for _, f := range s.Fields {
			out[f.Name] = string(f.Type)
			if f.Nullable {
				out[f.Name] += "?"
			}
		}
		return out
	}
	// order lists the columns that the other schema has too.
	order := func(s, other Schema) string {
		var names []string
		for _, f := range s.Fields {
			if other.Index(f.Name) >= 0 {
				names = append(names, f.Name)
			}
		}
		return strings.Join(names, " ")
	}
	out := changes(types(a), types(b))
	for _, c := range []Change{
		{"column order", order(a, b), order(b, a)},
		{"partition", strings.Join(a.Partition, " "), strings.Join(b.Partition, " ")},
		{"sort", strings.Join(a.Sort, " "), strings.Join(b.Sort, " ")},
	} {
		if c.A != c.B {
			out = append(out, c)
		}
	}
	return out
}

// sharedKey is the columns by which rows of both schemas are matched: those
// that they are sorted by, and the symbol. There are none if the rows have no
// order, or not the same.
func sharedKey(a, b Schema) []string {
	if len(b.Sort) == 0 || !slices.Equal(a.Sort, b.Sort) {
		return []string{}
	}
	key := slices.Clone(b.Sort)
	if i := b.Index("symbol"); i >= 0 && b.Fields[i].Type == String && a.Index("symbol") >= 0 && !slices.Contains(key, "symbol") {
		key = append(key, "symbol")
	}
	for _, name := range key {
		if a.Fields[a.Index(name)].Type != b.Fields[b.Index(name)].Type {
			return []string{}
		}
	}
	return key
}
