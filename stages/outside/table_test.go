package outside

import (
	"bytes"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mantis/data"
)

// text writes a table, a line a row.
func text(t *Table) string {
	var b strings.Builder
	fmt.Fprintln(&b, strings.Join(t.Columns, " "))
	for i := range t.Known {
		if t.Symbols != nil {
			fmt.Fprint(&b, t.Symbols[i], " ")
		}
		fmt.Fprintf(&b, "%d: %d %d", t.Lines[i], t.Time[i], t.Known[i])
		for _, col := range t.Values {
			fmt.Fprint(&b, " ", col[i])
		}
		fmt.Fprintln(&b)
	}
	return b.String()
}

func TestRead(t *testing.T) {
	const jan1 = 1704067200_000_000 // 2024-01-01
	for _, c := range []struct {
		csv  string
		o    Options
		want string
	}{
		{"known_at,fng\n2024-01-01T00:00:00Z,25\n2024-01-01 00:00:00.0000001Z,-1.5e1\n", Options{},
			fmt.Sprintf("fng\n2: %d %[1]d 25\n3: %d %[2]d -15\n", jan1, jan1+1)},
		{"\ufeffTime, FNG ,tx\n\n2024-01-01,25,\n20240102,,7\n", Options{Delay: data.Day},
			fmt.Sprintf("fng tx\n3: %d %d 25 NaN\n4: %d %d NaN 7\n", jan1, jan1+day, jan1+day, jan1+2*day)},
		// A revision of 1 January, and one of it after the value of 2 January.
		{"time,known_at,x\n2024-01-01,1704067200,1\n2024-01-01,1704067201000,2\n2024-01-02,1704153600000000,3\n2024-01-01,1704153600000000001,4\n", Options{},
			fmt.Sprintf("x\n2: %d %[1]d 1\n3: %[1]d %d 2\n4: %d %[3]d 3\n5: %[1]d %[4]d 4\n", jan1, jan1+1_000_000, jan1+day, jan1+day+1)},
		{"symbol,known_at,x\nbtcusd,2024-01-02T00:00+00:00,1\nETH/BTC,2024-01-01T02:00+02:00,2\n", Options{},
			fmt.Sprintf("x\nBTC-USD 2: %d %[1]d 1\nETH-BTC 3: %d %[2]d 2\n", jan1+day, jan1)},
		{"known_at,mood,x\n1704067200,greedy,1\n", Options{Columns: []string{"x"}}, fmt.Sprintf("x\n2: %d %[1]d 1\n", jan1)},
	} {
		got, err := Read("a.csv", []byte(c.csv), c.o)
		if err != nil {
			t.Errorf("%q: %v", c.csv, err)
			continue
		}
		if text(got) != c.want {
			t.Errorf("%q: %s want %s", c.csv, text(got), c.want)
		}
	}
}

const day = int64(data.Day)

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		csv  string
		o    Options
		want string
	}{
		{"", Options{}, "a.csv: the file is empty"},
		{"known_at,x\n", Options{}, "a.csv: there is a header and no rows"},
		{"a,b\n1,2\n", Options{}, "a.csv: no column known_at among a, b"},
		{"known_at\n1704067200\n", Options{}, "a.csv: no column of numbers among known_at"},
		{"time,x\n2024-01-01,1\n", Options{}, "a.csv: time: nothing says when the values became known"},
		{"known_at,x\n1704067200,1\n", Options{Delay: data.Day}, "a.csv: known_at: the file says when the values became known: no delay can be added"},
		{"known_at,x\n2024-01-01,1\n", Options{}, `a.csv:2: known_at "2024-01-01": a day without a time: from which instant of it on was this known?`},
		{"known_at,x\n20240101,1\n", Options{}, `a.csv:2: known_at "2024-01-01": a day without a time: from which instant of it on was this known?`},
		{"known_at,x\n1704067200,1\nyesterday,1\n", Options{}, `a.csv:3: known_at "yesterday": this is no instant`},
		{"known_at,x\n,1\n", Options{}, `a.csv:2: known_at: this is no instant`},
		{"known_at,x\n1704067200,NaN\n", Options{}, `a.csv:2: x "NaN": this is no number`},
		{"known_at,x\n1704067200,Inf\n", Options{}, `a.csv:2: x "Inf": this is no number`},
		{"known_at,x\n1704067200,1e999\n", Options{}, `a.csv:2: x "1e999": this is no number`},
		{"known_at,x\n1704067200,\"1,000\"\n", Options{}, `a.csv:2: x "1,000": this is no number`},
		{"known_at,x\n1704067200,0x1p4\n", Options{}, `a.csv:2: x "0x1p4": this is no number`},
		{"known_at,x\n1704067200,1\n1704067200,2\n", Options{}, `a.csv:3: known_at "2024-01-01 00:00": line 2 is of the same instant`},
		{"time,x\n2024-01-01,1\n2024-01-01,1\n", Options{Delay: data.Day}, `a.csv:3: known_at "2024-01-02 00:00": line 2 is of the same instant`},
		{"time,known_at,x\n2024-01-01,1704067200,1\n2023-12-31,1704067200,1\n2024-01-01,1704067200,2\n", Options{}, `a.csv:4: known_at "2024-01-01 00:00": line 2 is of the same instant`},
		{"known_at,x\n1704067200,1\n1704067199,2\n", Options{}, `a.csv:3: known_at "2023-12-31 23:59:59": line 2 before it is known at 2024-01-01 00:00, later`},
		{"time,known_at,x\n1704067201,1704067200,1\n", Options{}, `a.csv:2: known_at "2024-01-01 00:00": known before 2024-01-01 00:00:01, the time that it is of`},
		{"symbol,known_at,x\nBTC,1704067200,1\n", Options{}, `a.csv:2: symbol "BTC": no BASE-QUOTE, as in BTC-USD`},
		{"known_at,x,X\n1704067200,1,1\n", Options{}, `a.csv: X: two columns of this name`},
		{"known_at,a b\n1704067200,1\n", Options{}, `a.csv: a b: this is no name for a feature`},
		{"known_at,x\n1704067200,1\n", Options{Columns: []string{"y"}}, `a.csv: there is no column y of numbers among known_at, x`},
		{"known_at,x,y\n1704067200,1,\n", Options{}, "a.csv: y: no row has a value"},
		{"known_at,x\n1704067200\n", Options{}, `a.csv:2: 1 column, the header has 2`},
		{"known_at,x\n1704067200,\"1\n", Options{}, "a.csv:2: extraneous or missing \" in quoted-field"},
	} {
		x, err := Read("a.csv", []byte(c.csv), c.o)
		if err == nil || err.Error() != c.want || x != nil {
			t.Errorf("%q: %v; want %s", c.csv, err, c.want)
		}
	}
}

// FuzzRead holds whatever is read to what a table promises.
func FuzzRead(f *testing.F) {
	f.Add([]byte("known_at,x\n2024-01-01T00:00:00Z,1\n1704067201,\n"), false)
	f.Add([]byte("time,symbol,x,y\n2024-01-01,BTC-USD,1,2e-3\n20240102,ETH-BTC,,\n"), true)
	files, err := filepath.Glob("testdata/*.parquet")
	if err != nil || len(files) == 0 {
		f.Fatal(err, "no files to begin with")
	}
	for _, file := range files {
		content, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(content, false)
	}
	f.Fuzz(func(t *testing.T, content []byte, delayed bool) {
		o := Options{}
		if delayed {
			o.Delay = data.Day
		}
		x, err := Read("a", content, o)
		if err != nil {
			if _, ok := err.(*data.InputError); !ok || x != nil {
				t.Fatalf("%T %v", err, err)
			}
			return
		}
		n := len(x.Known)
		if n == 0 || len(x.Time) != n || len(x.Lines) != n || x.Symbols != nil && len(x.Symbols) != n || len(x.Values) != len(x.Columns) {
			t.Fatal("columns of different lengths")
		}
		last := map[data.Symbol]int64{}
		for i, known := range x.Known {
			s := data.Symbol("")
			if x.Symbols != nil {
				s = x.Symbols[i]
			}
			if was, ok := last[s]; ok && known < was || x.Time[i] > known {
				t.Fatalf("row %d is known at %d, after %d, and of %d", i, known, was, x.Time[i])
			}
			last[s] = known
			for k := range x.Values {
				if len(x.Values[k]) != n || math.IsInf(x.Values[k][i], 0) {
					t.Fatalf("row %d: %v", i, x.Values[k])
				}
			}
		}
		if again, err := Read("a", bytes.Clone(content), o); err != nil || text(again) != text(x) {
			t.Fatalf("read again: %v", err)
		}
	})
}
