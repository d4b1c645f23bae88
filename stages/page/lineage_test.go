package page

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// chain is a report with the datasets of a run.
func chain(sources int) Report {
	r := Report{}
	for i := range sources {
		r.Sources = append(r.Sources, Source{fmt.Sprintf("S%d-USD", i), "csv", 100})
	}
	for _, d := range [][2]string{{"candles", ""}, {"bars", "candles"}, {"features", "bars"}, {"labels", "bars"}, {"model", "features labels"},
		{"predictions", "candles bars features labels model"}, {"backtest", "bars predictions"}} {
		r.Datasets = append(r.Datasets, Dataset{Name: d[0], ID: d[0] + "0123456789", Rows: 10, From: strings.Fields(d[1])})
	}
	return r
}

// TestLineageColumns holds that each box stands right of all it was made from,
// and that the page is made from every dataset.
func TestLineageColumns(t *testing.T) {
	boxes := lineageBoxes(chain(2))
	got := ""
	for _, b := range boxes {
		got += fmt.Sprintf("%s %d %v; ", b.name, b.column, b.from)
		for _, i := range b.from {
			if boxes[i].column >= b.column {
				t.Errorf("%s stands left of %s", b.name, boxes[i].name)
			}
		}
	}
	want := "S0-USD 0 []; S1-USD 0 []; candles 1 [0 1]; bars 2 [2]; features 3 [3]; labels 3 [3]; model 4 [4 5]; " +
		"predictions 5 [2 3 4 5 6]; backtest 6 [3 7]; report 7 [2 3 4 5 6 7 8]; "
	if got != want {
		t.Errorf("boxes\n%s, want\n%s", got, want)
	}
}

// TestManySources draws six boxes at most, the last one for all that are left.
func TestManySources(t *testing.T) {
	for n, want := range map[int]string{6: "S5-USD", 7: "and 2 more", 40: "and 35 more"} {
		boxes := lineageBoxes(chain(n))
		if len(boxes) != mostSources+8 || boxes[mostSources-1].name != want {
			t.Errorf("%d sources: %d boxes, the last of them %q, want %q", n, len(boxes)-8, boxes[mostSources-1].name, want)
		}
	}
}

// TestEdgesKeepClear holds that no edge runs through a box, and that each begins
// at the right side of a box and ends at the left side of another.
func TestEdgesKeepClear(t *testing.T) {
	for _, n := range []int{1, 2, 4, 9} {
		boxes := lineageBoxes(chain(n))
		picture := drawLineage(boxes, false)
		if edges := strings.Count(picture, `class="edge"`); edges != min(n, mostSources)+19 {
			t.Errorf("%d sources: %d edges", n, edges)
		}
		for _, d := range regexp.MustCompile(`class="edge" d="(M[^"C]*)"`).FindAllStringSubmatch(picture, -1) {
			points := corners(t, d[1])
			for i := 1; i < len(points); i++ {
				a, b := points[i-1], points[i]
				for _, x := range boxes {
					if min(a[0], b[0]) < x.x+x.width-0.1 && max(a[0], b[0]) > x.x+0.1 && min(a[1], b[1]) < x.y+boxHeight && max(a[1], b[1]) > x.y {
						t.Errorf("%d sources: %s runs through %s", n, d[1], x.name)
					}
				}
			}
		}
	}
}

// corners are the points of a path of level and upright lines.
func corners(t *testing.T, d string) (points [][2]float64) {
	at := [2]float64{}
	for _, m := range regexp.MustCompile(`([MHV])([-0-9.]+)(?: ([-0-9.]+))?`).FindAllStringSubmatch(d, -1) {
		x, err := strconv.ParseFloat(m[2], 64)
		if err != nil {
			t.Fatal(err)
		}
		switch m[1] {
		case "M":
			at[0] = x
			if at[1], err = strconv.ParseFloat(m[3], 64); err != nil {
				t.Fatal(err)
			}
		case "H":
			at[0] = x
		case "V":
			at[1] = x
		}
		points = append(points, at)
	}
	return points
}

// TestLineageInWords reads the picture as a screen reader would.
func TestLineageInWords(t *testing.T) {
	got := drawLineage(lineageBoxes(chain(1)), true)
	for _, want := range []string{"<desc>S0-USD, csv, 100 candles; candles candles0123456789 from S0-USD; ",
		"backtest backtest0123456789 from bars, predictions; this page from candles, bars,", `aria-label="SIMULATED: Lineage`, "<title>model model0123456789</title>"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}
