package page

import (
	"bytes"
	"encoding/xml"
	"errors"
	"flag"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
)

var (
	update = flag.Bool("update", false, "rewrite testdata")
	pages  = flag.String("pages", "", "a folder to write the page of every case to, for looking at")
)

func render(t *testing.T, r Report) string {
	t.Helper()
	var b bytes.Buffer
	if err := Render(&b, r); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestGolden(t *testing.T) {
	got := render(t, sample(6, 6*data.Hour))
	file := filepath.Join("testdata", "tiny.html")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o666); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got, "\n")); diff != "" {
		t.Errorf("the page changed; run with -update if it should (-want +got):\n%s", diff)
	}
}

func TestCases(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	outside := regexp.MustCompile(`(?i)https?:|\ssrc\s*=|url\(|@import|<link|//[a-z]+\.`)
	for _, c := range cases() {
		t.Run(c.name, func(t *testing.T) {
			got := render(t, c.report)
			if *pages != "" {
				if err := os.WriteFile(filepath.Join(*pages, c.name+".html"), []byte(got), 0o666); err != nil {
					t.Fatal(err)
				}
			}
			if found := outside.FindString(got); found != "" {
				t.Errorf("the page refers outside itself: %q", found)
			}
			checkNumbers(t, got)
			if len(got) > 900_000 {
				t.Errorf("the page has %d bytes", len(got))
			}
			checkMarkup(t, got)
			checkPictures(t, got, c.report.Simulated)
		})
	}
}

// checkMarkup holds that the body is well formed as XML, once the elements that
// HTML leaves open are closed, and has one script: ours.
func checkMarkup(t *testing.T, page string) {
	t.Helper()
	_, body, _ := strings.Cut(page, "<body>")
	body, _, _ = strings.Cut(body, "<script>\n")
	body = strings.ReplaceAll(body, "<br>", "<br/>") + "</body>"
	read(t, "<body>"+body)
	if n := strings.Count(page, "<script"); n != 1 {
		t.Errorf("%d scripts", n)
	}
}

// checkNumbers holds that nothing but numbers stands where numbers do.
func checkNumbers(t *testing.T, page string) {
	t.Helper()
	if found := regexp.MustCompile(`NaN|[^a-z]Inf\b|-9999|99999[" ,]|[0-9]e[+-][0-9]`).FindString(page); found != "" {
		t.Errorf("a number that is none was written: %q", found)
	}
}

// checkPictures holds that every picture names itself and, where the market is
// simulated, says so.
func checkPictures(t *testing.T, page string, simulated bool) {
	t.Helper()
	pictures := regexp.MustCompile(`(?s)<svg.*?</svg>`).FindAllString(page, -1)
	for _, p := range pictures {
		read(t, p)
		if !strings.Contains(p, `role="img" aria-label="`) {
			t.Error("a picture has no label")
		}
		if simulated != strings.Contains(p, ">SIMULATED<") {
			t.Error("a picture does not say what market it shows")
		}
	}
}

func read(t *testing.T, text string) {
	t.Helper()
	decoder := xml.NewDecoder(strings.NewReader(text))
	decoder.Entity = xml.HTMLEntity
	for {
		if _, err := decoder.Token(); errors.Is(err, io.EOF) {
			return
		} else if err != nil {
			t.Fatalf("not well formed: %v", err)
		}
	}
}

func TestHostileStringsAreEscaped(t *testing.T) {
	got := render(t, hostile())
	for _, bad := range []string{"<script>alert", "alert('x')", "\x00", "\xff"} {
		if strings.Contains(got, bad) {
			t.Errorf("%q is in the page", bad)
		}
	}
	if n := strings.Count(got, "&lt;script&gt;"); n < 40 {
		t.Errorf("the strings show %d times only", n)
	}
}

func TestSameBytesAtAnyWidth(t *testing.T) {
	want := render(t, sample(2000, 6*data.Hour))
	defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(1))
	for _, n := range []int{1, 2, 8} {
		runtime.GOMAXPROCS(n)
		if render(t, sample(2000, 6*data.Hour)) != want {
			t.Errorf("other bytes at GOMAXPROCS %d", n)
		}
	}
}

func TestSimulatedIsSaid(t *testing.T) {
	r := sample(100, 6*data.Hour)
	got := render(t, r)
	for _, want := range []string{"<title>SIMULATED: ", "<h1>SIMULATED: ", "SIMULATED MARKET"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing", want)
		}
	}
	if captions, said := strings.Count(got, "<figcaption>"), strings.Count(got, `<figcaption><b class="simulated">`); captions != said {
		t.Errorf("%d of %d captions say it", said, captions)
	}
	r.Simulated, r.Market = false, "btc.csv"
	if strings.Contains(render(t, r), "SIMULATED") {
		t.Error("a real market is called simulated")
	}
}

func TestDisagreementIsAnError(t *testing.T) {
	for want, change := range map[string]func(*Report){
		"page: curves: strategy: 5 marks in USD at 7 instants": func(r *Report) {
			r.Curves.Portfolios[0].EquityUSD = r.Curves.Portfolios[0].EquityUSD[:5]
		},
		"page: decisions: 2 BTC weights at 6 instants": func(r *Report) { r.Decisions.BTC = r.Decisions.BTC[:2] },
		"page: curves: instant 1, 2021-03-09 00:00, does not come after 2021-03-09 00:00": func(r *Report) {
			r.Curves.Time[1] = r.Curves.Time[0]
		},
		"page: explained: returns: 1 contributions of 6 levels": func(r *Report) {
			f := &r.Explained.Swarms[0].Features[1]
			f.Contribution = f.Contribution[:1]
		},
		"page: explained: volatility_30: 0 contributions of 6 values": func(r *Report) { r.Explained.Dependence[0].Contribution = nil },
		"page: decisions: instant 0 is outside the years 1 to 9999":   func(r *Report) { r.Decisions.Time[0] = data.Null },
	} {
		r := sample(6, 6*data.Hour)
		change(&r)
		var b bytes.Buffer
		if err := Render(&b, r); err == nil || err.Error() != want || b.Len() > 0 {
			t.Errorf("error %v after %d bytes, want %s", err, b.Len(), want)
		}
	}
}
