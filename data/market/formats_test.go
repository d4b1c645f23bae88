package market

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/apache/arrow/go/v17/arrow"
	"github.com/apache/arrow/go/v17/arrow/array"
	"github.com/apache/arrow/go/v17/arrow/ipc"
	"github.com/apache/arrow/go/v17/arrow/memory"
	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zip"

	"mantis/data"
)

// example is a file of testdata/formats/FORMAT, whose path starts behind that
// folder, taken apart so that others can be made of it.
type example struct {
	format      string
	path        string
	content     []byte
	page        *page
	layout      layout
	top, bottom string
	rows        []string
	between     string
	want        Result
}

func examples(t testing.TB) (all []*example) {
	t.Helper()
	const root = "testdata/formats"
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() || strings.HasSuffix(path, ".txt") {
			return err
		}
		rel, _ := filepath.Rel(root, path)
		format, rest, _ := strings.Cut(filepath.ToSlash(rel), "/")
		content, err := os.ReadFile(path)
		if err == nil {
			all = append(all, newExample(t, format, rest, content))
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func newExample(t testing.TB, format, path string, content []byte) *example {
	t.Helper()
	e := &example{format: format, path: path, content: content}
	e.want = e.read(t, content)
	var err error
	if e.page, err = newPage(path, plainOrigin(bytes.NewReader(content), int64(len(content))), &Options{}); err != nil {
		t.Fatal(err)
	}
	f, err := formatOf(format)
	if err != nil {
		t.Fatal(err)
	}
	if e.layout, err = f.layoutOf(e.page, &Options{}); err != nil {
		t.Fatal(err)
	}
	switch e.page.kind {
	case inText:
		e.between = "\n"
		e.top = string(content[:len(content)-len(e.page.body)])
		e.rows = strings.Split(strings.TrimSpace(strings.ReplaceAll(string(e.page.body), "\r", "")), "\n")
		e.bottom = "\n"
	case inJSON:
		e.between = ", "
		e.top = string(content[:e.page.doc.at+1])
		rows := e.page.doc.rows(e.page.names())
		for {
			_, ok, err := rows.next()
			if err != nil {
				t.Fatal(err)
			}
			if !ok {
				break
			}
			e.rows = append(e.rows, string(rows.text))
		}
		e.bottom = "]" + string(content[rows.s.i:])
	case inTable:
		e.between = "\n"
		for i := range e.page.table.Rows {
			e.rows = append(e.rows, fmt.Sprint(i))
		}
	}
	return e
}

// with is the file with other rows.
func (e *example) with(t testing.TB, rows []string) []byte {
	t.Helper()
	if e.page.kind == inTable {
		return tableOf(t, e.page.table, rows)
	}
	return []byte(e.top + strings.Join(rows, e.between) + e.bottom)
}

// tableOf writes a Feather file of some rows of a table: a number, or a number
// and a column that is to be missing there.
func tableOf(t testing.TB, table *data.Foreign, rows []string) []byte {
	t.Helper()
	var fields []arrow.Field
	for _, c := range table.Columns {
		kind := arrow.DataType(arrow.PrimitiveTypes.Float64)
		if c.Time {
			kind = &arrow.TimestampType{Unit: arrow.Millisecond, TimeZone: "UTC"}
		}
		fields = append(fields, arrow.Field{Name: c.Name, Type: kind, Nullable: true})
	}
	schema := arrow.NewSchema(fields, nil)
	b := array.NewRecordBuilder(memory.DefaultAllocator, schema)
	defer b.Release()
	for _, row := range rows {
		at, missing := 0, -1
		fmt.Sscanf(row, "%d %d", &at, &missing)
		for k, c := range table.Columns {
			switch x := b.Field(k).(type) {
			case *array.TimestampBuilder:
				x.Append(arrow.Timestamp(c.Ints[at] / 1000))
			case *array.Float64Builder:
				if k == missing {
					x.AppendNull()
				} else {
					x.Append(c.Floats[at])
				}
			}
		}
	}
	rec := b.NewRecord()
	defer rec.Release()
	var out bytes.Buffer
	w, err := ipc.NewFileWriter(&seekable{&out}, ipc.WithSchema(schema), ipc.WithLZ4())
	if err == nil {
		err = w.Write(rec)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// seekable is a buffer that Arrow's writer takes; it only asks where it is.
type seekable struct{ *bytes.Buffer }

func (s *seekable) Seek(int64, int) (int64, error) { return int64(s.Len()), nil }

func (e *example) read(t testing.TB, content []byte) Result {
	t.Helper()
	all, err := Read(e.path, content, Options{})
	if err != nil {
		t.Fatalf("%v\n%s", err, clip(string(content)))
	}
	if len(all) != 1 {
		t.Fatalf("%d results", len(all))
	}
	checkCandles(t, &all[0].Candles)
	return all[0]
}

// highless is the number of a row, from 0, and that row with no number where its
// high is.
func (e *example) highless(t *testing.T) (at int, row string) {
	t.Helper()
	for at = len(e.rows) * 2 / 3; at < len(e.rows); at++ {
		var high string
		switch e.page.kind {
		case inTable:
			return at, fmt.Sprintf("%d %d", at, e.layout.at[roleHigh])
		case inText:
			var c cells
			c.cut([]byte(e.rows[at]), e.layout.sep, true)
			high = string(c.at(e.layout.at[roleHigh]))
		case inJSON:
			rows := e.page.doc.rows(e.page.names())
			for range at + 1 {
				if _, _, err := rows.next(); err != nil {
					t.Fatal(err)
				}
			}
			high = string(rows.row.at(e.layout.at[roleHigh]))
		}
		if strings.Count(e.rows[at], high) == 1 {
			bad := `"x"`
			if e.page.kind == inText || strings.Contains(e.rows[at], `"`+high) {
				bad = "x"
			}
			return at, strings.Replace(e.rows[at], high, bad, 1)
		}
	}
	t.Fatal("no row in which only the high is what it is")
	return 0, ""
}

// lineOf is the number that a row goes by.
func (e *example) lineOf(at int) int {
	if e.page.kind == inText {
		return strings.Count(e.top, "\n") + at + 1
	}
	return at + 1
}

// TestFormats puts every format through what is asked of all: it has an example
// in testdata/formats, which is found by looking, read as the .txt beside it
// says, which -update rewrites, and whose variants are read or refused as they
// should be.
func TestFormats(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	all := examples(t)
	for _, f := range Formats() {
		if !slices.ContainsFunc(all, func(e *example) bool { return e.format == f.Name }) {
			t.Errorf("%s has no example in testdata/formats", f.Name)
		}
		if f.Doc == "" || f.Name != strings.ToLower(f.Name) {
			t.Errorf("%q: %q", f.Name, f.Doc)
		}
	}
	for _, e := range all {
		t.Run(e.format+"/"+e.path, func(t *testing.T) {
			t.Run("golden", e.golden)
			t.Run("order", e.order)
			t.Run("bad row", e.badRow)
			t.Run("repeats", e.repeats)
			t.Run("cut short", e.cutShort)
			t.Run("no rows", e.noRows)
			t.Run("packed", e.packed)
			t.Run("written otherwise", e.otherwise)
		})
	}
}

func (e *example) golden(t *testing.T) {
	r := e.want
	if r.Format != e.format {
		t.Errorf("it is taken for %s", r.Format)
	}
	got := fmt.Sprintf("format %s, venue %s\n", r.Format, dash(r.Venue)) + describe(r)
	file := filepath.Join("testdata/formats", e.format, filepath.FromSlash(e.path)) + ".txt"
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, _ := os.ReadFile(file)
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got)\n%s", diff)
	}
	all, err := Read(e.path, e.content, Options{Format: e.format})
	if diff := cmp.Diff(describe(r), describe(all[0])); err != nil || diff != "" {
		t.Errorf("told the format: %v\n%s", err, diff)
	}
}

func (e *example) order(t *testing.T) {
	turned := slices.Clone(e.rows)
	slices.Reverse(turned)
	got := e.read(t, e.with(t, turned))
	if diff := cmp.Diff(describe(e.want), describe(got)); diff != "" {
		t.Errorf("the other way round\n%s", diff)
	}
	turned[0], turned[3] = turned[3], turned[0]
	if diff := cmp.Diff(describe(e.want), describe(e.read(t, e.with(t, turned)))); diff != "" {
		t.Errorf("mixed\n%s", diff)
	}
}

func (e *example) badRow(t *testing.T) {
	at, bad := e.highless(t)
	rows := slices.Clone(e.rows)
	rows[at] = bad
	content := e.with(t, rows)
	_, err := Read(e.path, content, Options{})
	var in *data.InputError
	if !errors.As(err, &in) || in.File != e.path || in.Line != e.lineOf(at) || in.Column != e.layout.names[e.layout.at[roleHigh]] || in.Hint == "" {
		t.Fatalf("row %d: %#v", at, err)
	}
	all, err := Read(e.path, content, Options{Quarantine: true})
	if err != nil {
		t.Fatal(err)
	}
	checkCandles(t, &all[0].Candles)
	if q := all[0].Quarantined; len(q) != 1 || q[0].Line != e.lineOf(at) || q[0].Text == "" || all[0].Candles.Len() != e.want.Candles.Len()-1 {
		t.Errorf("%d candles, %+v", all[0].Candles.Len(), q)
	}
}

func (e *example) repeats(t *testing.T) {
	got := e.read(t, e.with(t, append(slices.Clone(e.rows), e.rows[len(e.rows)/2])))
	if diff := cmp.Diff(e.want.Candles, got.Candles, cmpopts.EquateNaNs()); diff != "" || len(got.Notes) <= len(e.want.Notes) && e.format != "bittrex" {
		t.Errorf("%v\n%s", got.Notes, diff)
	}
}

// cutShort cuts the file at every byte. What is left of a text may be a whole
// file, of the other kinds nothing is.
func (e *example) cutShort(t *testing.T) {
	content := bytes.TrimRight(e.content, " \n")
	for n := range content {
		all, err := Read(e.path, content[:n], Options{})
		if err != nil {
			var in *data.InputError
			if !errors.As(err, &in) {
				t.Fatalf("%d bytes: %v", n, err)
			}
			continue
		}
		if e.page.kind != inText {
			t.Fatalf("%d of %d bytes are read: %s", n, len(content), describe(all[0]))
		}
		checkCandles(t, &all[0].Candles)
	}
}

func (e *example) noRows(t *testing.T) {
	all, err := Read(e.path, e.with(t, nil), Options{})
	if e.page.kind == inText {
		var in *data.InputError
		if !errors.As(err, &in) || in.Hint == "" && in.Reason != "a header and no rows" {
			t.Fatalf("no rows: %v", err)
		}
		return
	}
	if err != nil || len(all) != 1 || all[0].Candles.Len() != 0 || all[0].Candles.Symbol != e.want.Candles.Symbol && e.page.kind == inTable || len(all[0].Notes) == 0 {
		t.Errorf("%v %+v", err, all)
	}
}

func (e *example) packed(t *testing.T) {
	for kind, content := range map[string][]byte{"gz": gzipped(t, e.content), "zip": zipped(t, map[string][]byte{filepath.Base(e.path): e.content})} {
		path := e.path + ".gz"
		if kind == "zip" {
			path = strings.TrimSuffix(e.path, filepath.Ext(e.path)) + ".zip"
		}
		all, err := Read(path, content, Options{})
		if err != nil || len(all) != 1 {
			t.Fatalf("%s: %v", kind, err)
		}
		if diff := cmp.Diff(e.want.Candles, all[0].Candles, cmpopts.EquateNaNs()); diff != "" || all[0].Format != e.format {
			t.Errorf("%s: %s\n%s", kind, all[0].Format, diff)
		}
		for n := 10; n < len(content); n += 7 {
			if _, err := Read(path, content[:n], Options{}); err == nil {
				t.Fatalf("%d of %d bytes of a %s are read", n, len(content), kind)
			}
		}
		if _, err := Read(path, append(slices.Clone(content), "garbage"...), Options{}); err == nil {
			t.Errorf("%s: what follows its end is not seen", kind)
		}
	}
}

func (e *example) otherwise(t *testing.T) {
	if e.page.kind == inTable {
		return
	}
	for name, content := range map[string][]byte{
		"BOM":                     append([]byte("\xef\xbb\xbf"), e.content...),
		"CRLF":                    bytes.ReplaceAll(bytes.ReplaceAll(e.content, []byte("\r\n"), []byte("\n")), []byte("\n"), []byte("\r\n")),
		"no end of the last line": bytes.TrimRight(e.content, "\r\n"),
	} {
		if diff := cmp.Diff(describe(e.want), describe(e.read(t, content))); diff != "" {
			t.Errorf("%s\n%s", name, diff)
		}
	}
	if e.page.kind == inJSON {
		if _, err := Read(e.path, append(slices.Clone(e.content), " ["...), Options{}); err == nil {
			t.Error("what follows the JSON is not seen")
		}
	}
	utf16 := []byte("\xff\xfe")
	for _, c := range e.content {
		utf16 = append(utf16, c, 0)
	}
	if _, err := Read(e.path, utf16, Options{}); err == nil || !strings.Contains(err.Error(), "UTF-16") {
		t.Errorf("UTF-16: %v", err)
	}
}

func gzipped(t testing.TB, content []byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write(content)
	if err = errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func zipped(t testing.TB, files map[string][]byte) []byte {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	names := make([]string, 0, len(files))
	for name := range files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		f, err := w.Create(name)
		if err == nil {
			_, err = f.Write(files[name])
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
