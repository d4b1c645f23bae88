package market

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"mantis/data"
)

// TestPlainRowsAreRows reads files in the short way and in the long way: of every
// row the same must come. Cells are plain, nearly plain, or wrong.
func TestPlainRowsAreRows(t *testing.T) {
	stamps := []string{"1546300800", "1546304400000", "1546308000000000", "1546311600000000000", "20190101", "12345678", "0", "2019-01-01 05:00", "1546300800.0", "", "-5", "99999999999999999999"}
	numbers := []string{"1", "2", "1.5", "2.", ".5", ".", "", "0", "0.0", "00002.50", "9007199254740991", "9007199254740992", "1234567890.123456789",
		"0.00000000000000001", "1.2.3", "1e3", "+1", "-1", " 1", "1 ", "NULL", "nan", "123456789012345678", "1234567890123456789", "12345678901234567890", "0.123456789012345678"}
	counts := []string{"3", "", "NULL", "3.0", "9007199254740993", "0", "x"}
	rapid.Check(t, func(t *rapid.T) {
		header := rapid.SampledFrom([]string{"time,open,high,low,close,volume", "time,open,high,low,close,volume,quote volume,trades", "x,time,symbol,close,low,high,open,y",
			"symbol,time,open,high,low,close,trades", "time,date,open,high,low,close,volume"}).Draw(t, "header")
		likely := func(usual string, all []string, label string) string {
			if rapid.IntRange(0, 7).Draw(t, label+"?") > 0 {
				return usual
			}
			return rapid.SampledFrom(all).Draw(t, label)
		}
		var text strings.Builder
		text.WriteString(header + "\n")
		for i := range rapid.IntRange(1, 12).Draw(t, "rows") {
			var cells []string
			for _, name := range strings.Split(header, ",") {
				switch name {
				case "time", "date":
					cells = append(cells, likely(fmt.Sprint(1546300800+3600*i), stamps, "stamp"))
				case "symbol":
					cells = append(cells, likely("BTCUSD", []string{"BTC-USD", "", "BTCUSDT", "BTCUSD ", "BTC"}, "symbol"))
				case "trades":
					cells = append(cells, likely("12", counts, "count"))
				case "x", "y":
					cells = append(cells, likely("k", []string{"", "1", "a b", "\"a\"", "\r"}, "other"))
				case "high":
					cells = append(cells, likely("3.25", numbers, "high"))
				case "low":
					cells = append(cells, likely("1.0000001", numbers, "low"))
				default:
					cells = append(cells, likely("2.5", numbers, "number"))
				}
			}
			text.WriteString(strings.Join(cells, ",") + likely("\n", []string{"\r\n", "", ",\n", "\n\n", "\n \n", "\r"}, "end"))
		}
		quarantine := rapid.Bool().Draw(t, "quarantine")
		read := func(long bool) (reader, error) {
			r, err := open("BTCUSD_1h.csv", []byte(text.String()), CSVOptions{Quarantine: quarantine})
			if err != nil {
				t.Skip(err)
			}
			r.long = long
			return r, r.rows()
		}
		long, want := read(true)
		short, got := read(false)
		var a, b *data.InputError
		if errors.As(want, &a) != errors.As(got, &b) || a != nil && *a != *b || (want == nil) != (got == nil) {
			t.Fatalf("%v, want %v", got, want)
		}
		if want != nil {
			return
		}
		if err := sameResult(long.out, short.out); err != nil || !slices.Equal(long.line, short.line) {
			t.Fatalf("lines %v, want %v: %v", short.line, long.line, err)
		}
		if diff := cmp.Diff(long.out.Quarantined, short.out.Quarantined); diff != "" {
			t.Fatal(diff)
		}
	})
}
