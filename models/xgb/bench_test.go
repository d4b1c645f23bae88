package xgb

import (
	"context"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"runtime/debug"
	"strings"
	"testing"
	"time"
)

// drawn returns a table of slow walks, each missing its first rows, and five
// classes that depend on it.
func drawn(rows, cols int, seed uint64) Samples {
	r := rand.New(rand.NewPCG(seed, 1))
	var x Matrix
	for f := range cols {
		walk, gap := 0.0, r.IntN(31)
		col := make([]float32, rows)
		for i := range col {
			walk += 0.05 * r.NormFloat64()
			col[i] = float32(walk + r.NormFloat64())
			if i < gap {
				col[i] = float32(math.NaN())
			}
		}
		x.Names, x.Cols = append(x.Names, fmt.Sprintf("f%02d", f)), append(x.Cols, col)
	}
	class := make([]float32, rows)
	for i := range class {
		score := r.NormFloat64()
		if v := float64(x.Cols[0][i]); v == v {
			score += v
		}
		class[i] = float32(max(0, min(4, math.Floor(score+2.5))))
	}
	return Samples{X: x, Label: class}
}

// BenchmarkTrain trains 100 rounds of five classes on a table of the size a
// 6-hour walk-forward fold has.
func BenchmarkTrain(b *testing.B) {
	for _, rows := range []int{1000, 4750, 50000} {
		s := drawn(rows, 38, 1)
		b.Run(fmt.Sprint(rows), func(b *testing.B) {
			for b.Loop() {
				if _, err := Train(context.Background(), s, Defaults(), nil); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkCase trains the case file that MANTIS_XGB_CASE names, for
// testdata/oracle/speed.py. Beside the time it reports, where there is a /proc,
// the seconds of the processors and the memory that training adds to the table.
func BenchmarkCase(b *testing.B) {
	path := os.Getenv("MANTIS_XGB_CASE")
	if path == "" {
		b.Skip("run by testdata/oracle/speed.py")
	}
	c := readCase(b, path)
	debug.FreeOSMemory()
	_ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) // forgets the peak
	before, cpu := status("VmRSS:"), processorTime()
	for b.Loop() {
		c.train(b)
	}
	b.ReportMetric((processorTime()-cpu)/float64(b.N), "cpu-s/op")
	b.ReportMetric((status("VmHWM:")-before)/1024, "MB-added")
}

// status is a number of /proc/self/status, 0 without one.
func status(name string) float64 {
	text, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(text), name)
	var v float64
	_, _ = fmt.Sscan(rest, &v)
	return v
}

// BenchmarkModel times the ways a model of 500 trees goes.
func BenchmarkModel(b *testing.B) {
	s := drawn(4750, 38, 1)
	m, err := Train(context.Background(), s, Defaults(), nil)
	if err != nil {
		b.Fatal(err)
	}
	file, err := m.JSON()
	if err != nil {
		b.Fatal(err)
	}
	p, err := m.Predictor()
	if err != nil {
		b.Fatal(err)
	}
	b.Run("JSON", func(b *testing.B) {
		for b.Loop() {
			if _, err := m.JSON(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("ReadJSON", func(b *testing.B) {
		for b.Loop() {
			if _, err := ReadJSON(file); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Predictor", func(b *testing.B) {
		for b.Loop() {
			if _, err := m.Predictor(); err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("Probabilities", func(b *testing.B) {
		out := make([]float64, s.X.Rows()*m.NumClass())
		for b.Loop() {
			if err := p.Probabilities(s.X, out); err != nil {
				b.Fatal(err)
			}
		}
	})
}

// BenchmarkPredict scores a row, as live trading does, and a batch, with 2,500
// trees of 25 features.
func BenchmarkPredict(b *testing.B) {
	s, p := drawn(2000, 25, 1), Defaults()
	p.Rounds = 500
	m, err := Train(context.Background(), s, p, nil)
	if err != nil {
		b.Fatal(err)
	}
	for name, predictor := range map[string]func() (*Predictor, error){"compiled": m.Predictor, "leaves": m.Leaves} {
		p, err := predictor()
		if err != nil {
			b.Fatal(err)
		}
		for _, rows := range []int{1, s.X.Rows()} {
			x := Matrix{Names: s.X.Names}
			for _, col := range s.X.Cols {
				x.Cols = append(x.Cols, col[len(col)-rows:])
			}
			out := make([]float64, rows*m.NumClass())
			b.Run(fmt.Sprintf("%s/%d", name, rows), func(b *testing.B) {
				least := time.Hour // neighbours disturb the mean
				for b.Loop() {
					begin := time.Now()
					if err := p.Probabilities(x, out); err != nil {
						b.Fatal(err)
					}
					least = min(least, time.Since(begin))
				}
				b.ReportMetric(float64(least.Nanoseconds())/float64(rows), "least-ns/row")
			})
		}
	}
}
