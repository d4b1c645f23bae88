package market

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"mantis/data"
)

// cddFile writes n hours as CryptoDataDownload does: banner, newest first.
func cddFile(n int) []byte { return cddRows(n, 3600) }

// cddRows writes n rows that are so many seconds apart.
func cddRows(n int, step int64) []byte {
	var b bytes.Buffer
	b.WriteString("https://www.example.org\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USD\n")
	for i := n - 1; i >= 0; i-- {
		t := int64(1526364000) + step*int64(i)
		o := 8000 + float64(i*7919%4001)/10
		v := 0.12345678 + float64(i*31%977)
		fmt.Fprintf(&b, "%d,%s:00,BTC/USD,%.2f,%.2f,%.2f,%.2f,%.8f,%.14g\n", t, data.Stamp(t*1e6), o, o+12.5, o-7.25, o+3.75, v, v*(o+1))
	}
	return b.Bytes()
}

// BenchmarkReadCSV reads a file of a few years of hours, and one of a million
// minutes, 100 MB, whole and in the steps in which it is read by chunks.
func BenchmarkReadCSV(b *testing.B) {
	hours, minutes := cddFile(40_000), cddRows(1_000_000, 60)
	f, ok, err := openBytes("BTCUSD_1m.csv", minutes, CSVOptions{})
	if !ok || err != nil {
		b.Fatal(ok, err)
	}
	each := func(name string, content []byte, rows int, read func() error) {
		b.Run(name, func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			for range b.N {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(rows)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
	each("hours", hours, 40_000, func() error {
		_, err := ReadCSV("BTCUSD_1h.csv", hours, CSVOptions{})
		return err
	})
	each("minutes", minutes, 1_000_000, func() error {
		_, err := ReadCSV("BTCUSD_1m.csv", minutes, CSVOptions{})
		return err
	})
	each("open", minutes, 1_000_000, func() error {
		_, _, err := openBytes("BTCUSD_1m.csv", minutes, CSVOptions{})
		return err
	})
	each("keys", minutes, 1_000_000, func() error {
		for i := range f.Chunks() {
			f.key(i)
		}
		return nil
	})
	each("chunks", minutes, 1_000_000, func() error {
		for i := range f.Chunks() {
			if _, err := f.read(i); err != nil {
				return err
			}
		}
		return nil
	})
}

// BenchmarkReadCSVFiles reads the CSV files under MANTIS_CANDLES, where set.
func BenchmarkReadCSVFiles(b *testing.B) {
	names, _ := filepath.Glob(os.Getenv("MANTIS_CANDLES") + "/bitstamp-cryptodatadownload/*_1h.csv")
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			b.Fatal(err)
		}
		b.Run(filepath.Base(name), func(b *testing.B) {
			b.SetBytes(int64(len(content)))
			rows := 0
			for range b.N {
				r, err := ReadCSV(name, content, CSVOptions{})
				if err != nil {
					b.Fatal(err)
				}
				rows += r.Candles.Len()
			}
			b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
		})
	}
}

func BenchmarkSimulate(b *testing.B) {
	for range b.N {
		if _, _, err := Simulate(DefaultSim()); err != nil {
			b.Fatal(err)
		}
	}
}
