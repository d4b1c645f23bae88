package market

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestSeekerFindsTheNextRow looks for a row from every place of a file and holds
// what it finds to a walk through the lines. It may be lost only where the row
// does not end in sight.
func TestSeekerFindsTheNextRow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var body strings.Builder
		n := rapid.IntRange(0, 12).Draw(t, "lines")
		for i := range n {
			line := rapid.SampledFrom([]string{"", " ", "\r", "%d,1,2,1,2,3", "%d,1,2,1,2,3\r", "%d,1,2,1,2,3.00000000000000000000000"}).Draw(t, "line")
			if strings.Contains(line, "%d") {
				line = fmt.Sprintf(line, 1546300800+3600*i)
			}
			body.WriteString(line)
			if i < n-1 || rapid.Bool().Draw(t, "closed") {
				body.WriteByte('\n')
			}
		}
		content := []byte(goodHead + body.String())
		r, err := open("BTCUSD_1h.csv", content, CSVOptions{})
		if err != nil {
			t.Skip(err)
		}
		sight := rapid.IntRange(1, 80).Draw(t, "sight")
		top := int64(len(content) - len(r.body))
		for at := range len(r.body) + 1 {
			s := seeker{r: &r, in: bytes.NewReader(content), top: top, size: int64(len(content)), sight: sight}
			want, end := len(r.body), len(r.body) // of the row that is the answer
			for begin := 0; begin < len(r.body); {
				line, rest := cutLine(r.body[begin:])
				if begin >= at && len(bytes.TrimSpace(line)) > 0 {
					want, end = begin, len(r.body)-len(rest)
					break
				}
				begin = len(r.body) - len(rest)
			}
			place, instant, ok := s.row(top + int64(at))
			begin := int(place - top)
			switch {
			case s.lost && end > at+sight:
			case s.lost || begin != want || ok != (want < len(r.body)):
				t.Fatalf("from %d: row at %d, %v, lost %v; want %d", at, begin, ok, s.lost, want)
			case ok && !bytes.HasPrefix(r.body[begin:], fmt.Appendf(nil, "%d,", instant/1e6)):
				t.Fatalf("from %d: instant %d of %q", at, instant, r.body[begin:])
			}
		}
	})
}
