package venue

import (
	"testing"

	"mantis/data"
)

// FuzzRead gives any bytes to the reader of any venue: what it makes of them is
// refused, or candles of the span as a Page promises them.
func FuzzRead(f *testing.F) {
	for i, v := range All() {
		f.Add(i, []byte(samples[v.Name].body))
	}
	f.Add(1, []byte(`{"error":["EService:Unavailable"]}`))
	f.Add(1, []byte(`{"error":[],"result":{"A":[],"B":[]}}`))
	f.Add(2, []byte(`[[1,2,3,4,5,6],[1,2,3,4,5,6],[null]]`))
	f.Add(4, []byte(`[{"time":"9999-01-01T00:00:00Z","open":1e400}]`))
	f.Fuzz(func(t *testing.T, which int, body []byte) {
		venues := All()
		v := venues[uint(which)%uint(len(venues))]
		raws, err := v.read(body)
		if err == nil {
			checkSift(t, raws)
		}
	})
}

// FuzzArchive gives any bytes as the file in a zip file, and as the zip file.
func FuzzArchive(f *testing.F) {
	f.Add([]byte(kline))
	f.Add([]byte("open_time,open\n" + kline + kline))
	f.Add(zipped("x.csv", kline))
	f.Fuzz(func(t *testing.T, content []byte) {
		for _, z := range [][]byte{content, zipped("x.csv", string(content))} {
			raws, err := readArchive(z, 50)
			if len(raws) > 50 {
				t.Fatalf("%d rows", len(raws))
			}
			if err == nil {
				checkSift(t, raws)
			}
		}
	})
}

// FuzzEnv gives any bytes as a file of keys.
func FuzzEnv(f *testing.F) {
	f.Add([]byte("export A=\"b\"\n# c\nD='e' # f"))
	f.Fuzz(func(t *testing.T, content []byte) {
		if kept, err := readEnv("f", content); err != nil && kept != nil {
			t.Fatal("an error and keys")
		}
	})
}

func checkSift(t *testing.T, raws []raw) {
	for _, s := range []span{{"BTC-USD", data.Minute, 0, 1 << 55}, {"BTC-USD", data.Hour, 1_577_836_800_000_000, 1_700_000_000_000_000}} {
		a, err := sift(&reply{url: "u"}, raws, s)
		if err != nil {
			continue
		}
		c := a.candles(s, s.until)
		for i, at := range c.Time {
			ok := at >= s.from && at < s.until && at%int64(s.interval) == 0 && (i == 0 || at > c.Time[i-1]) &&
				c.Low[i] > 0 && c.Low[i] <= min(c.Open[i], c.Close[i]) && c.High[i] >= max(c.Open[i], c.Close[i]) &&
				!(c.Volume[i] < 0) && !(c.QuoteVolume[i] < 0) && (c.Trades[i] >= 0 || c.Trades[i] == data.Null)
			if !ok {
				t.Fatalf("candle %d: %+v", i, a.rows[i])
			}
		}
	}
}
