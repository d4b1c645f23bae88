package pipeline

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mantis/data"
)

// split is two toy stages: rows whose values the test sets, four to a part, and
// for each part the sums of its rows, of two rows before them and of the sum
// before.
type split struct {
	rows   [][]int64
	files  int    // files that were made
	read   string // rows that Make was given
	rowsAt *Stage
	sums   *Stage
}

func newSplit(rows ...[]int64) *split {
	x := &split{rows: rows}
	schema := data.Schema{Table: "rows", Partition: []string{"part"}, Fields: []data.Field{{Name: "part", Type: data.String}, {Name: "x", Type: data.Int}}}
	x.rowsAt = &Stage{Name: "rows", Doc: "a toy", Code: 1, Params: &toyParams{}, Run: func(t *Task) error {
		for i, r := range x.rows {
			b, err := data.NewBatch(schema, named(i, len(r)), r)
			if err != nil {
				return err
			}
			if err := t.Put(b, fmt.Sprint(i)); err != nil {
				return err
			}
		}
		return nil
	}}
	sums := schema
	sums.Table = "sums"
	x.sums = &Stage{Name: "sums", Doc: "a toy", Code: 1, Params: &toyParams{}, Inputs: []*Stage{x.rowsAt}, Run: func(t *Task) error {
		return x.sum(t, sums)
	}}
	return x
}

func named(i, n int) []string {
	out := make([]string, n)
	for k := range out {
		out[k] = fmt.Sprint(i)
	}
	return out
}

func (x *split) sum(t *Task, schema data.Schema) error {
	v, err := t.Input(x.rowsAt)
	if err != nil {
		return err
	}
	parts := v.Of("rows")
	var before *Kept
	for i, p := range parts {
		made := Part{Schema: schema, Values: []string{fmt.Sprint(i)}, From: []Rows{{Of: v, Part: p}}}
		if i > 0 {
			made.From = append(made.From, Rows{Of: v, Part: parts[i-1], Last: 2}, Rows{Part: before.Part, Last: 1})
		}
		made.Make = func(rows []*data.Batch) (*data.Batch, any, error) {
			total := t.Params.(*toyParams).Add
			for _, b := range rows {
				c := b.Columns()
				for _, v := range c.Ints("x") {
					total += v
					x.read += fmt.Sprint(v, " ")
				}
			}
			b, err := data.NewBatch(schema, named(i, 1), []int64{total})
			return b, total, err
		}
		if before, err = t.Part(made); err != nil {
			return err
		}
		var said int64
		if err := before.Said(&said); err != nil {
			return err
		}
		t.Note("%d", said)
	}
	_, err = t.File("count.txt", len(parts), func() ([]byte, error) {
		x.files++
		return fmt.Append(nil, len(parts)), nil
	})
	return err
}

// TestParts changes rows and demands that exactly the parts that are made of
// them are made again.
func TestParts(t *testing.T) {
	store := newStore(t)
	x := newSplit([]int64{1, 2, 3, 4}, []int64{5, 6}, []int64{7})
	expect := func(what, want, notes string, made, kept, files int, set ...string) {
		t.Helper()
		x.read, x.files = "", 0
		x.rowsAt.Code++ // the rows are not what their key says: make them again
		step := run(t, store, []*Stage{x.sums}, set...)[1]
		if got := strings.TrimSpace(x.read); got != want || step.Made != made || step.Kept != kept || x.files != files {
			t.Errorf("%s: read %q, %d made, %d kept, %d files; want %q, %d, %d, %d", what, got, step.Made, step.Kept, x.files, want, made, kept, files)
		}
		if got := strings.Join(step.Version.Notes, " "); got != notes {
			t.Errorf("%s: notes %q, want %q", what, got, notes)
		}
		if faults := store.Verify(step.Version); len(faults) > 0 {
			t.Errorf("%s: %v", what, faults)
		}
	}
	expect("from nothing", "1 2 3 4 5 6 3 4 10 7 5 6 28", "10 28 46", 4, 0, 1)
	x.rows[2] = []int64{8}
	expect("a row in the last part", "8 5 6 28", "10 28 47", 1, 3, 0)
	x.rows[0] = []int64{2, 1, 3, 4}
	expect("rows that nobody looks at from outside, and the sum is the same", "2 1 3 4", "10 28 47", 1, 3, 0)
	x.rows[0] = []int64{2, 2, 3, 4}
	expect("what is carried on changes", "2 2 3 4 5 6 3 4 11 8 5 6 29", "11 29 48", 3, 1, 0)
	x.rows[0] = []int64{2, 1, 3, 4}
	x.rows = append(x.rows, []int64{9})
	expect("back to the rows of before, and one part more", "9 8 47", "10 28 47 64", 2, 3, 1)
	expect("a parameter", "2 1 3 4 5 6 3 4 11 8 5 6 30 9 8 50", "11 30 50 68", 4, 1, 0, "sums.add=1")
	x.sums.Code++
	expect("another code", "2 1 3 4 5 6 3 4 10 8 5 6 28 9 8 47", "10 28 47 64", 5, 0, 1)
	if err := os.RemoveAll(filepath.Join(store.Root(), "memo")); err != nil {
		t.Fatal(err)
	}
	x.rows[3] = []int64{10}
	expect("without the memo", "2 1 3 4 5 6 3 4 10 8 5 6 28 10 8 47", "10 28 47 65", 5, 0, 1)
	for _, p := range v(t, store, "sums").Of("sums")[:1] {
		if err := os.Remove(store.Path(p)); err != nil {
			t.Fatal(err)
		}
	}
	x.rows[3] = []int64{11}
	expect("without a part's file", "2 1 3 4 11 8 47", "10 28 47 66", 2, 3, 0)
}

func v(t *testing.T, store *data.Store, dataset string) *data.Version {
	t.Helper()
	v, err := store.Latest(dataset)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// TestRecall remembers values under keys, and forgets them with the code.
func TestRecall(t *testing.T) {
	store, y := newStore(t), newToys()
	s := y.stage("toy")
	want := ""
	s.Run = func(task *Task) error {
		var got string
		task.Recall(map[string]int{"a": 1}, &got)
		if got != want {
			t.Errorf("recalls %q, want %q", got, want)
		}
		if task.Recall(map[string]int{"a": 2}, &got) {
			t.Error("another key is known")
		}
		if err := task.Remember(map[string]int{"a": 1}, "x"); err != nil {
			return err
		}
		return sum(task, nil)
	}
	run(t, store, []*Stage{s})
	want = "x"
	run(t, store, []*Stage{s}, "toy.add=1")
	want = ""
	s.Code++
	run(t, store, []*Stage{s})
}
