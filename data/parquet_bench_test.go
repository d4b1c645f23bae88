//go:build unix

package data

import (
	"fmt"
	"io"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/klauspost/compress/zstd"
)

// benchKinds are the tables of the benchmarks, each of a time and 7 floats:
// features are full of entropy, nullable are features of which one in a hundred
// is missing, candles have prices of 2 decimals, volumes of 5 and whole numbers
// of trades.
var benchKinds = []string{"features", "nullable", "candles"}

func benchSchema(kind string) Schema {
	s := Schema{Table: kind, Fields: []Field{{Name: "time", Type: Time}}, Sort: []string{"time"}}
	for _, name := range strings.Fields("open high low close volume quote trades") {
		s.Fields = append(s.Fields, Field{Name: name, Type: Float, Nullable: kind == "nullable"})
	}
	return s
}

func benchTable(b *testing.B, kind string, rows int) *Batch {
	b.Helper()
	r := rand.New(rand.NewPCG(1, 2))
	time, x := make([]int64, rows), make([][]float64, 7)
	for c := range x {
		x[c] = make([]float64, rows)
	}
	price := 30_000.0
	for i := range time {
		time[i] = 1_500_000_000_000_000 + int64(i)*60e6
		if kind == "candles" {
			open := price
			price = math.Max(math.Round(price*100+r.NormFloat64()*800)/100, 1)
			x[0][i], x[3][i] = open, price
			x[1][i] = math.Round(math.Max(open, price)*100+r.ExpFloat64()*300) / 100
			x[2][i] = math.Round(math.Min(open, price)*100-r.ExpFloat64()*300) / 100
			x[4][i] = math.Round(r.ExpFloat64()*1e6) / 1e5
			x[5][i] = math.Round(x[4][i]*price*1e5) / 1e5
			x[6][i] = float64(r.IntN(500))
			continue
		}
		for c := range x {
			if x[c][i] = r.NormFloat64(); kind == "nullable" && r.IntN(100) == 0 {
				x[c][i] = math.NaN()
			}
		}
	}
	t, err := NewBatch(benchSchema(kind), time, x[0], x[1], x[2], x[3], x[4], x[5], x[6])
	if err != nil {
		b.Fatal(err)
	}
	return t
}

// benchRows is the length of the tables, and benchPath where the file of one
// is: MANTIS_SPEED and MANTIS_ROWS set them for testdata/oracle/speed.py, which
// writes and reads in different processes.
func benchRows() int {
	if n, err := strconv.Atoi(os.Getenv("MANTIS_ROWS")); err == nil {
		return n
	}
	return 8 * rowGroup
}

func benchPath(b *testing.B, kind string) string {
	b.Helper()
	if dir := os.Getenv("MANTIS_SPEED"); dir != "" {
		return filepath.Join(dir, kind+".mantis")
	}
	path := filepath.Join(b.TempDir(), kind)
	writeBench(b, path, benchTable(b, kind, benchRows()))
	return path
}

func writeBench(b *testing.B, path string, t *Batch) {
	f, err := os.Create(path)
	if err == nil {
		err = WriteParquet(f, t, map[string]string{"mantis.content": ""})
	}
	if err == nil {
		err = f.Close()
	}
	if err != nil {
		b.Fatal(err)
	}
}

// measure runs a benchmark and reports rows a second of the processor, of all
// threads and the kernel, best and mean, and how far the process grew meanwhile.
func measure(b *testing.B, rows int, f func()) {
	b.Helper()
	before, best, all := resetPeak(), time.Duration(math.MaxInt64), time.Duration(0)
	for b.Loop() {
		from := cpuTime(b)
		f()
		took := cpuTime(b) - from
		best, all = min(best, took), all+took
	}
	b.ReportMetric(float64(rows)/best.Seconds()/1e6, "best-Mrows/cpu-s")
	b.ReportMetric(float64(rows)*float64(b.N)/all.Seconds()/1e6, "Mrows/cpu-s")
	if grown := peak() - before; before > 0 {
		b.ReportMetric(float64(grown)/1024, "MiB-grown")
	}
}

func cpuTime(b *testing.B) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		b.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// resetPeak forgets the peak of the process's memory on Linux, and is what it
// has now, in KiB; 0 elsewhere.
func resetPeak() int {
	os.WriteFile("/proc/self/clear_refs", []byte("5"), 0)
	return peak()
}

func peak() (kib int) {
	status, _ := os.ReadFile("/proc/self/status")
	if _, after, ok := strings.Cut(string(status), "VmHWM:"); ok {
		fmt.Sscan(after, &kib)
	}
	return kib
}

func reportSize(b *testing.B, path string, rows int) {
	info, err := os.Stat(path)
	if err != nil {
		b.Fatal(err)
	}
	b.ReportMetric(float64(info.Size())/float64(rows), "B/row")
}

// BenchmarkWriteParquet writes a table that is in memory to a file.
func BenchmarkWriteParquet(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(kind, func(b *testing.B) {
			t, path := benchTable(b, kind, benchRows()), benchPath(b, kind)
			measure(b, t.rows, func() { writeBench(b, path, t) })
			reportSize(b, path, t.rows)
		})
	}
}

// BenchmarkReadParquet reads a file row group by row group. Where MANTIS_SPEED is
// set, it says at the end what it has read.
func BenchmarkReadParquet(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(kind, func(b *testing.B) {
			f, size := openBench(b, kind)
			rows := 0
			measure(b, benchRows(), func() {
				r, err := NewParquetReader(f, size, benchSchema(kind), Want{})
				if err != nil {
					b.Fatal(err)
				}
				rows = 0
				if err := r.Each(func(t *Batch) error { rows += t.rows; return nil }); err != nil {
					b.Fatal(err)
				}
			})
			if rows != benchRows() {
				b.Fatalf("%d rows", rows)
			}
			if os.Getenv("MANTIS_SPEED") != "" {
				content, err := ParquetContent(f, size, benchSchema(kind))
				if err != nil {
					b.Fatal(err)
				}
				fmt.Println("content", content)
			}
		})
	}
}

// BenchmarkReadWholeParquet reads a file into one batch.
func BenchmarkReadWholeParquet(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(kind, func(b *testing.B) {
			f, size := openBench(b, kind)
			measure(b, benchRows(), func() {
				if _, err := ReadParquet(f, size, benchSchema(kind)); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// BenchmarkContent digests a table that is in memory.
func BenchmarkContent(b *testing.B) {
	for _, kind := range benchKinds {
		b.Run(kind, func(b *testing.B) {
			t := benchTable(b, kind, benchRows())
			measure(b, t.rows, func() { t.Content() })
		})
	}
}

// BenchmarkPut seals a table of features, in parts of a month of minutes and in
// one part.
func BenchmarkPut(b *testing.B) {
	for _, part := range []int{43_200, 0} {
		name := "whole"
		if part > 0 {
			name = fmt.Sprint(part)
		}
		b.Run(name, func(b *testing.B) {
			schema := benchSchema("features")
			schema.Fields = append(schema.Fields, Field{Name: "month", Type: String})
			schema.Partition = []string{"month"}
			t := benchTable(b, "features", benchRows())
			part := part
			if part == 0 {
				part = t.rows
			}
			var parts []*Batch
			for from := 0; from < t.rows; from += part {
				rows := t.Slice(from, min(from+part, t.rows))
				month := make([]string, rows.rows)
				for i := range month {
					month[i] = fmt.Sprint(from / part)
				}
				rows, err := NewBatch(schema, append(rows.cols, month)...)
				if err != nil {
					b.Fatal(err)
				}
				parts = append(parts, rows)
			}
			measure(b, t.rows, func() {
				d := newStore(b).Draft("features")
				for _, rows := range parts {
					if err := d.Put(rows, rows.strings(8)[0]); err != nil {
						b.Fatal(err)
					}
				}
				if err := d.Discard(); err != nil {
					b.Fatal(err)
				}
			})
		})
	}
}

// BenchmarkPlainCandles compresses and decompresses pages of candles as they
// are, not split by byte, which is what the profile does not do: how much time
// and room that would take at the least.
func BenchmarkPlainCandles(b *testing.B) {
	t := benchTable(b, "candles", benchRows())
	for name, level := range map[string]zstd.EncoderLevel{"fastest": zstd.SpeedFastest, "default": zstd.SpeedDefault} {
		e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(level))
		if err != nil {
			b.Fatal(err)
		}
		var pages [][]byte
		b.Run("write/"+name, func(b *testing.B) {
			size := 0
			measure(b, t.rows, func() {
				size, pages = 0, nil
				for i := 1; i < len(t.cols); i++ {
					for from := 0; from < t.rows; from += pageRows {
						x := t.floats(i)[from:min(from+pageRows, t.rows)]
						pages = append(pages, e.EncodeAll(floatBytes(x), nil))
						size += len(pages[len(pages)-1])
					}
				}
			})
			b.ReportMetric(float64(size)/float64(t.rows), "B/row")
		})
		b.Run("read/"+name, func(b *testing.B) {
			out := make([]byte, 8*pageRows)
			measure(b, t.rows, func() {
				for _, page := range pages {
					if _, err := zstdReader.DecodeAll(page, out[:0]); err != nil {
						b.Fatal(err)
					}
				}
			})
		})
	}
}

func openBench(b *testing.B, kind string) (f *os.File, size int64) {
	b.Helper()
	f, err := os.Open(benchPath(b, kind))
	if err == nil {
		b.Cleanup(func() { f.Close() })
		size, err = f.Seek(0, io.SeekEnd)
	}
	if err != nil {
		b.Fatal(err)
	}
	return f, size
}
