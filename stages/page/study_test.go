package page

import (
	"bytes"
	"io"
	"math"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// studySample is a study with everything in it, some of it missing.
func studySample(trials int) Study {
	nan := math.NaN()
	x := &Search{Baseline: "the class prior", Measure: "log-loss", Best: -1, Parameters: []SearchParameter{{Name: "eta<b>", Log: true}, {Name: "max_depth"}}}
	for i := range trials {
		d := 0.02 * math.Cos(float64(i*i))
		if i%7 == 3 {
			d = nan
		}
		x.Difference, x.SE, x.Full = append(x.Difference, d), append(x.SE, 0.004), append(x.Full, i%3 > 0)
		x.Parameters[0].Values = append(x.Parameters[0].Values, math.Ldexp(0.01, i%6))
		x.Parameters[1].Values = append(x.Parameters[1].Values, float64(i%4))
		if x.Full[i] && d == d && x.Best < 0 {
			x.Best = i
		}
	}
	return Study{Name: "A <study>", Subject: "BTC-USD", Simulated: true, Warnings: []string{"Leak: one"}, Sections: []StudySection{
		{Title: "Scores", Note: "A & B", Tables: []Table{{Corner: "trainer", Columns: Columns("log-loss"), Rows: []Row{{Name: "prior", Cells: []Cell{{Value: nan}}}}}}},
		{Title: "Calibration", Calibration: []CalibrationClass{{Class: "bear", Curves: []CalibrationCurve{{Name: "svm", Predicted: []float64{0.1, 0.4}, Observed: []float64{0.2, 0.3}}, {Name: "none"}}}, {Class: "bull"}}},
		{Title: "Trials", Search: x},
	}}
}

func TestStudy(t *testing.T) {
	for _, trials := range []int{0, 1, 2, 60} {
		var a, b bytes.Buffer
		if err := RenderStudy(&a, studySample(trials)); err != nil {
			t.Fatal(err)
		}
		if err := RenderStudy(&b, studySample(trials)); err != nil || !bytes.Equal(a.Bytes(), b.Bytes()) {
			t.Errorf("%d trials: other bytes the second time, %v", trials, err)
		}
		html := a.String()
		for _, want := range []string{"SIMULATED: A &lt;study&gt;", "A &amp; B", "eta&lt;b&gt;", "By the value of the parameter", "a probability means what it says"} {
			if !strings.Contains(html, want) {
				t.Errorf("%d trials: no %q", trials, want)
			}
		}
		for _, bad := range []string{"NaN", "Inf", "<study>", "-9999", "99999"} {
			if strings.Contains(html, bad) {
				t.Errorf("%d trials: there is %q", trials, bad)
			}
		}
		if n, m := strings.Count(html, "<section"), strings.Count(html, "</section>"); n != m || n != 4 {
			t.Errorf("%d sections opened, %d closed", n, m)
		}
		if dir := os.Getenv("MANTIS_PAGES"); dir != "" {
			if err := os.WriteFile(filepath.Join(dir, "study.html"), a.Bytes(), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestStudyRefuses(t *testing.T) {
	for name, change := range map[string]func(*Study){
		"errors": func(s *Study) { s.Sections[2].Search.SE = nil }, "best": func(s *Study) { s.Sections[2].Search.Best = 9 },
		"values": func(s *Study) { s.Sections[2].Search.Parameters[0].Values = nil }, "curve": func(s *Study) { s.Sections[1].Calibration[0].Curves[0].Observed = nil },
	} {
		s := studySample(5)
		change(&s)
		if err := RenderStudy(io.Discard, s); err == nil || !strings.HasPrefix(err.Error(), "page: ") {
			t.Errorf("%s: %v", name, err)
		}
	}
}
