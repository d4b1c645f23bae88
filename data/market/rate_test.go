//go:build unix

package market

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"os"
	"runtime"
	"sync"
	"syscall"
	"testing"
	"time"

	"mantis/data"
)

// TestRate reads the file of MANTIS_RATE chunk by chunk on all processors and
// prints how long that took: testdata/oracle/rate.py holds it to others. The bits
// of each column are added up so that it can be seen that all read the same.
func TestRate(t *testing.T) {
	name := os.Getenv("MANTIS_RATE")
	if name == "" {
		t.Skip("for testdata/oracle/rate.py")
	}
	in, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	info, err := in.Stat()
	if err != nil {
		t.Fatal(err)
	}
	var f *CSVFile
	cut := func(in io.ReaderAt, size int64) (ranges []data.Range) {
		var ok bool
		if f, ok, err = OpenCSV(name, in, size, CSVOptions{}); !ok || err != nil {
			t.Fatal(ok, err)
		}
		for _, c := range f.Chunks() {
			ranges = append(ranges, data.Range{From: c.From, To: c.To})
		}
		return ranges
	}
	var none *data.Store
	begun, before := time.Now(), processorTime(t)
	sum, err := none.Seen(true).Sum(name, cut)
	if err != nil {
		t.Fatal(err)
	}
	hashed, hashing := time.Since(begun), processorTime(t)-before
	n := len(f.Chunks())
	read, errs := make([]ChunkResult, n), make([]error, n)
	next := make(chan int, n)
	for i := range n {
		next <- i
	}
	close(next)
	var all sync.WaitGroup
	begun, before = time.Now(), processorTime(t)
	for range runtime.GOMAXPROCS(0) {
		all.Add(1)
		go func() {
			defer all.Done()
			for i := range next {
				read[i], errs[i] = f.ReadChunk(i, in, sum.Each[i])
			}
		}()
	}
	all.Wait()
	took, reading := time.Since(begun), processorTime(t)-before
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	rows, bits := 0, [6]uint64{}
	for i := range read {
		c := &read[i].Candles
		floats := c.floats()
		rows += c.Len()
		for k := range c.Time {
			bits[0] += uint64(c.Time[k])
			for j, x := range floats[:5] {
				bits[j+1] += math.Float64bits((*x)[k])
			}
		}
	}
	out, _ := json.Marshal(map[string]any{"rows": rows, "bits": bits, "bytes": info.Size(), "status": status(t),
		"hash_wall": hashed.Seconds(), "hash_cpu": hashing.Seconds(), "wall": took.Seconds(), "cpu": reading.Seconds()})
	fmt.Printf("rate %s\n", out)
}

// processorTime is what the process has used so far.
func processorTime(t *testing.T) time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// status is what the kernel says of the process, its peak of memory too.
func status(t *testing.T) string {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Log(err)
	}
	return string(text)
}
