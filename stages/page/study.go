package page

import (
	"fmt"
	"io"
	"strconv"
)

// Study is a page about models rather than about a strategy: trainers compared,
// or a search. Like a Report it is plain data, and the same study gives the same
// bytes.
type Study struct {
	Name      string // the title
	Subject   string // the line under it: what was learned, on what bars
	Simulated bool
	Warnings  []string
	Headline  []Figure
	Sections  []StudySection
}

// StudySection is a titled part of a study; what it has none of is left out.
type StudySection struct {
	Title       string
	Note        string
	Tables      []Table
	Calibration []CalibrationClass
	Search      *Search
}

// RenderStudy writes the study as one HTML file. The error is of a study that
// disagrees with itself, and then nothing is written, or of w.
func RenderStudy(w io.Writer, d Study) error {
	if err := d.check(); err != nil {
		return err
	}
	r := Report{Name: d.Name, Simulated: d.Simulated, Warnings: d.Warnings, Headline: d.Headline, Market: d.Subject}
	s := &sheet{}
	s.open(r)
	s.headSection(r)
	s.raw(`<nav aria-label="Contents">`)
	for i, p := range d.Sections {
		s.raw(`<a href="#`, partID(i), `">`, esc(p.Title), `</a> `)
	}
	s.raw("</nav>\n")
	for i, p := range d.Sections {
		s.section(partID(i), p.Title)
		if p.Note != "" {
			s.raw(`<p class="caption">`, esc(p.Note), "</p>\n")
		}
		if p.Search != nil {
			s.search(*p.Search, d.Simulated)
		}
		for _, t := range p.Tables {
			if t.Title != "" {
				s.heading(t.Title)
			}
			s.table(t, "plain")
		}
		if len(p.Calibration) > 0 {
			s.calibration(p.Calibration, d.Simulated)
		}
		s.simulatedLine(r)
		s.endSection()
	}
	s.raw("</main>\n<script>\n", hoverScript, "</script>\n</body>\n</html>\n")
	_, err := io.WriteString(w, s.b.String())
	return err
}

func partID(i int) string { return "part-" + strconv.Itoa(i+1) }

// check says what in a study disagrees with itself.
func (d Study) check() error {
	for _, p := range d.Sections {
		for _, c := range p.Calibration {
			for _, x := range c.Curves {
				if len(x.Predicted) != len(x.Observed) {
					return fmt.Errorf("page: calibration of %s: %d predicted and %d observed", x.Name, len(x.Predicted), len(x.Observed))
				}
			}
		}
		if x := p.Search; x != nil {
			if err := x.check(); err != nil {
				return err
			}
		}
	}
	return nil
}
