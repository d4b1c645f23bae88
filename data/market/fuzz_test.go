package market

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"math"
	"os"
	"path"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"mantis/data"
)

// The corpora of testdata/fuzz run with every `go test`. To look for more, one
// target at a time:
//
//	go test ./data/market -run '^$' -fuzz '^FuzzRead$' -fuzztime 5m -parallel 1
//
// What fails is written into testdata/fuzz by itself, and stays there with its
// mending. Inputs that reached new code lie in $(go env GOCACHE)/fuzz; small ones
// of those are what the corpora were filled from.

// checkWritten writes candles as CSV and reads them again: they are the same, bit
// for bit.
func checkWritten(t testing.TB, c *Candles) {
	t.Helper()
	text := []byte("time,open,high,low,close,volume,trades\n")
	for i, at := range c.Time {
		if at < 1e14 || at >= 1e17 {
			return // a number of µs is told by its size
		}
		text = strconv.AppendInt(text, at, 10)
		for _, v := range []float64{c.Open[i], c.High[i], c.Low[i], c.Close[i], c.Volume[i]} {
			text = append(text, ',')
			if !math.IsNaN(v) {
				text = strconv.AppendFloat(text, v, 'g', -1, 64)
			}
		}
		if text = append(text, ','); c.Trades[i] != data.Null {
			text = strconv.AppendInt(text, c.Trades[i], 10)
		}
		text = append(text, '\n')
	}
	r, err := ReadCSV("written.csv", text, Options{Symbol: c.Symbol, Interval: c.Interval})
	if err != nil {
		if strings.Contains(err.Error(), "the interval asked for is") { // that is of rows which were set aside
			return
		}
		t.Fatalf("%v: of\n%s", err, text)
	}
	want := *c
	want.QuoteVolume, want.Until = r.Candles.QuoteVolume, data.Null
	if err := sameResult(Result{Candles: want}, Result{Candles: r.Candles}); err != nil {
		t.Fatal(err)
	}
}

// FuzzLines holds the reader of blocks to any text and any size of block.
func FuzzLines(f *testing.F) {
	f.Add([]byte("a,b\n1,2\r\n\n3,4"), int64(10), uint8(4), uint8(9))
	f.Add([]byte("\xef\xbb\xbf\r\r\r\r\r\r"), int64(-1), uint8(1), uint8(1))
	f.Fuzz(func(t *testing.T, text []byte, told int64, block, line uint8) {
		checkLines(t, text, told, limits{1 + int(block), 1 + int(line), 0})
	})
}

// FuzzJSON gives any bytes to the scanner of JSON: it ends, and in what is JSON it
// finds as many rows as there are.
func FuzzJSON(f *testing.F) {
	names, _ := filepath.Glob("testdata/formats/*/*.json")
	for _, name := range names {
		if content, err := os.ReadFile(name); err == nil {
			f.Add(content[:min(len(content), 2000)])
		}
	}
	for _, s := range []string{`[[1,2],[3,4]]`, `{"a":{"b":[]},"c":[{"x":"\"","y":null}],"d":1}`, `[{"a":1,"a":2}]`, `["a","b"]`, `[[[]]]`, `{"a":[[1]`} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, content []byte) {
		d, err := findRows(content)
		if err != nil {
			var in *data.InputError
			if !errors.As(err, &in) {
				t.Fatal(err)
			}
			if json.Valid(content) && !strings.Contains(err.Error(), "nested no deeper") && !strings.Contains(err.Error(), "256 keys") {
				t.Fatalf("%v: but it is JSON", err)
			}
			return
		}
		rows, n := d.rows(d.keys), 0
		for {
			_, ok, err := rows.next()
			if !ok || err != nil {
				if err == nil && d.at >= 0 && d.rest(&rows.s) == nil && json.Valid(content) {
					checkCount(t, d, content, n)
				}
				return
			}
			if n++; n > len(content) {
				t.Fatal("more rows than bytes")
			}
		}
	})
}

// checkCount counts the rows with another decoder.
func checkCount(t *testing.T, d *document, content []byte, n int) {
	dec := json.NewDecoder(bytes.NewReader(content[d.at:]))
	var rows []json.RawMessage
	if err := dec.Decode(&rows); err != nil || len(rows) != n {
		t.Fatalf("%d rows, want %d: %v", n, len(rows), err)
	}
}

// FuzzUnpack gives any bytes as something packed: no more than is allowed comes
// out of it, under names that lead nowhere else.
func FuzzUnpack(f *testing.F) {
	f.Add(gzipped(f, []byte(fourHours)))
	f.Add(append(gzipped(f, []byte(fourHours)), gzipped(f, []byte(fourHours))...))
	f.Add(zipped(f, map[string][]byte{"BTCUSD_1h.csv": []byte(fourHours), "a/b": []byte("x")}))
	f.Add(zipped(f, map[string][]byte{"../x": []byte(fourHours)}))
	f.Add(zipped(f, nil))
	f.Add([]byte(goodTop))
	f.Fuzz(func(t *testing.T, content []byte) {
		const most = 1 << 16
		all := int64(0)
		opt := Options{Unpacked: most}
		err := unpack("x", bytes.NewReader(content), int64(len(content)), &opt, func(entry string, o *origin) error {
			if entry != path.Clean(entry) && entry != "" || path.IsAbs(entry) || strings.HasPrefix(entry, "..") && !strings.HasPrefix(entry, "...") && entry != "" && (len(entry) == 2 || entry[2] == '/') {
				t.Fatalf("entry %q", entry)
			}
			for range 2 {
				r, err := o.reader()
				if err != nil {
					return err
				}
				n, err := io.Copy(io.Discard, r)
				r.Close()
				if n > o.left {
					t.Fatalf("%d bytes of %d", n, o.left)
				}
				if err != nil {
					return err
				}
			}
			all += o.used
			return nil
		})
		var in *data.InputError
		if err != nil && (!errors.As(err, &in) || !strings.HasPrefix(in.File, "x")) {
			t.Fatalf("%#v", err)
		}
		if packed(content) && all > most {
			t.Fatalf("%d bytes came out", all)
		}
	})
}

// FuzzCheckSum gives any bytes as a list of checksums: only one that names file
// and sum is taken.
func FuzzCheckSum(f *testing.F) {
	sum := data.SHA256([]byte(fourHours))
	f.Add([]byte(sum + "  BTCUSD-1h.zip\r\n"))
	f.Add([]byte("00 *x/BTCUSD-1h.zip"))
	f.Fuzz(func(t *testing.T, list []byte) {
		err := CheckSum("dir/BTCUSD-1h.zip", sum, list)
		var in *data.InputError
		if err == nil && !(bytes.Contains(bytes.ToLower(list), []byte(sum)) && bytes.Contains(list, []byte("BTCUSD-1h.zip"))) || err != nil && !errors.As(err, &in) {
			t.Fatalf("%q: %v", list, err)
		}
	})
}

// FuzzStamp holds instants and numbers to what the standard library makes of them.
func FuzzStamp(f *testing.F) {
	for _, s := range []string{"1546300800", "9999999999999999999", "1.5e9", "2021-06-16T05:30:00.25+02:00", "2021-06-16 05-AM", "20210616 05:30", "1e308", "0x1p3"} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		v, ok := number(b)
		want, err := strconv.ParseFloat(string(b), 64)
		if ok && (err != nil || v != want || math.IsInf(v, 0) || math.IsNaN(v)) {
			t.Fatalf("number %q: %v, want %v", b, v, want)
		}
		at, dated, ok := stamp(b)
		if n, err := strconv.ParseUint(string(b), 10, 64); ok && err == nil && !dated && b[0] != '+' {
			if s := strconv.FormatInt(at, 10); at < 0 || n > 0 && strings.TrimRight(s, "0") != strings.TrimRight(strconv.FormatUint(n, 10), "0") && n < 1e17 {
				t.Fatalf("stamp %q: %d", b, at)
			}
		}
	})
}
