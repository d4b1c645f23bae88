package page

import (
	"strings"
	"testing"
	"testing/quick"
	"time"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

func TestTimeTicks(t *testing.T) {
	const century = 100 * 365 * int64(data.Day)
	holds := func(a int64, b uint64, n uint8) bool {
		lo := a % century
		hi := lo + 1 + int64(b%uint64(century))>>(n%40) // from microseconds to a century
		ticks := timeTicks(lo, hi, 10)
		if len(ticks) > 12 {
			t.Logf("%d ticks", len(ticks))
			return false
		}
		for i, k := range ticks {
			if k.at < lo || k.at > hi || k.label == "" || i > 0 && k.at <= ticks[i-1].at {
				return false
			}
		}
		return hi-lo < 3*int64(data.Minute) || len(ticks) >= 2
	}
	if err := quick.Check(holds, &quick.Config{MaxCount: 5000}); err != nil {
		t.Error(err)
	}
}

func TestTimeTicksFollowTheCalendar(t *testing.T) {
	day := func(s string) int64 {
		at, err := time.Parse("2006-01-02 15:04", s)
		if err != nil {
			t.Fatal(err)
		}
		return at.UnixMicro()
	}
	for _, c := range []struct{ from, to, want string }{
		{"2021-03-09 00:00", "2022-07-22 00:00", "May 2021|Jul|Sep|Nov|2022|Mar|May|Jul"},
		{"2020-12-09 00:00", "2021-08-22 00:00", "2021|Feb|Mar|Apr|May|Jun|Jul|Aug"},
		{"2001-02-01 00:00", "2021-02-01 00:00", "2002|2004|2006|2008|2010|2012|2014|2016|2018|2020"},
		{"2021-12-30 12:00", "2022-01-03 00:00", "30 Dec 12:00|31 Dec|12:00|1 Jan|12:00|2 Jan|12:00|3 Jan"},
		{"2021-12-28 12:00", "2022-01-03 00:00", "29 Dec 2021|30 Dec|31 Dec|1 Jan 2022|2 Jan|3 Jan"},
		{"2021-12-30 00:00", "2021-12-30 06:00", "30 Dec 00:00|01:00|02:00|03:00|04:00|05:00|06:00"},
	} {
		var labels []string
		for _, k := range timeTicks(day(c.from), day(c.to), 10) {
			labels = append(labels, k.label)
		}
		if diff := cmp.Diff(c.want, strings.Join(labels, "|")); diff != "" {
			t.Errorf("%s to %s (-want +got):\n%s", c.from, c.to, diff)
		}
	}
}
