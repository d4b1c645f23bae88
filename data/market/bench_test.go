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
func cddFile(n int) []byte {
	var b bytes.Buffer
	b.WriteString("https://www.example.org\nunix,date,symbol,open,high,low,close,Volume BTC,Volume USD\n")
	for i := n - 1; i >= 0; i-- {
		t := int64(1526364000) + 3600*int64(i)
		o := 8000 + float64(i*7919%4001)/10
		v := 0.12345678 + float64(i*31%977)
		fmt.Fprintf(&b, "%d,%s:00,BTC/USD,%.2f,%.2f,%.2f,%.2f,%.8f,%.14g\n", t, data.Stamp(t*1e6), o, o+12.5, o-7.25, o+3.75, v, v*(o+1))
	}
	return b.Bytes()
}

func BenchmarkReadCSV(b *testing.B) {
	content := cddFile(40_000)
	b.SetBytes(int64(len(content)))
	for range b.N {
		if _, err := ReadCSV("BTCUSD_1h.csv", content, CSVOptions{}); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(40_000*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
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
