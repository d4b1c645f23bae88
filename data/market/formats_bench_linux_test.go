package market

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"
)

// BenchmarkFormats reads some megabytes of every format: the rows of its first
// example over and over, each later than the one before.
func BenchmarkFormats(b *testing.B) {
	seen := map[string]bool{}
	for _, e := range examples(b) {
		kind := e.format
		if e.page.kind == inJSON {
			kind += ".json"
		}
		if seen[kind] || strings.HasPrefix(e.path, "coinbase/minute") {
			continue
		}
		seen[kind] = true
		content, rows := e.long(b)
		b.Run(kind, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			b.ReportAllocs()
			from := spent()
			for b.Loop() {
				all, err := Read(e.path, content, Options{})
				if err != nil || all[0].Candles.Len() == 0 {
					b.Fatal(err)
				}
			}
			cpu := (spent() - from).Seconds() / float64(b.N)
			b.ReportMetric(float64(rows)/cpu/1e6, "Mrows/cpu-s")
			b.ReportMetric(float64(len(content))/cpu/1e6, "MB/cpu-s")
		})
	}
}

// long is the example with tens of thousands of rows.
func (e *example) long(b *testing.B) (content []byte, rows int) {
	const many = 50_000
	c := &e.want.Candles
	if e.page.kind == inTable {
		t := *e.page.table
		var lines []string
		for k := range t.Columns {
			x := &t.Columns[k]
			ints, floats := x.Ints, x.Floats
			x.Ints, x.Floats = nil, nil
			for i := range many {
				if x.Time {
					x.Ints = append(x.Ints, ints[0]+int64(i)*int64(c.Interval))
				} else {
					x.Floats = append(x.Floats, floats[i%len(floats)])
				}
			}
		}
		for i := range many {
			lines = append(lines, fmt.Sprint(i))
		}
		return tableOf(b, &t, lines), many
	}
	var lines []string
	for i := range many {
		row := e.rows[i%len(e.rows)]
		lines = append(lines, e.later(row, i, c))
	}
	return e.with(b, lines), many - 1
}

// later is a row with another stamp, in the unit of the row's own.
func (e *example) later(row string, i int, c *Candles) string {
	var cell string
	if e.page.kind == inText {
		var x cells
		x.cut([]byte(row), e.layout.sep, true)
		cell = string(x.at(e.layout.at[roleStamp]))
	} else {
		d, err := findRows([]byte("[" + row + "]"))
		if err != nil {
			panic(err)
		}
		rows := d.rows(e.page.names())
		_, _, _ = rows.next()
		cell = string(rows.row.at(e.layout.at[roleStamp]))
	}
	old, _, _ := stamp(trim([]byte(cell)))
	t := c.Time[0] + int64(i)*int64(c.Interval)
	n, number := digits([]byte(cell))
	switch {
	case number && n > 1e14:
		return strings.Replace(row, cell, fmt.Sprint(t), 1)
	case number && n > 1e11:
		return strings.Replace(row, cell, fmt.Sprint(t/1e3), 1)
	case number:
		return strings.Replace(row, cell, fmt.Sprint(t/1e6), 1)
	}
	for _, shape := range []string{"2006-01-02T15:04:05Z", "2006-01-02T15:04:05", "2006-01-02 15:04:05", "2006-01-02 03-PM", "20060102 15:04"} {
		row = strings.Replace(row, shaped(old, shape), shaped(t, shape), 1)
	}
	return row
}

func shaped(t int64, shape string) string { return time.UnixMicro(t).UTC().Format(shape) }

// spent is what this process has taken of the processors.
func spent() time.Duration {
	var u syscall.Rusage
	if syscall.Getrusage(syscall.RUSAGE_SELF, &u) != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}
