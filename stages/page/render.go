package page

import (
	_ "embed"
	"io"
	"strconv"
)

//go:embed style.css
var styleSheet string

//go:embed hover.js
var hoverScript string

// Render writes the report as one HTML file. The same report gives the same
// bytes. The error is of a report that disagrees with itself, and then nothing
// is written, or of w.
func Render(w io.Writer, r Report) error {
	if err := r.check(); err != nil {
		return err
	}
	s := &sheet{}
	s.open(r)
	s.headSection(r)
	s.contents(r)
	s.factsSection(r)
	s.equitySection(r)
	s.drawdownSection(r)
	s.performanceSection(r)
	s.monthlySection(r)
	s.returnsSection(r)
	s.decisionsSection(r)
	s.scoresSection(r)
	s.matrixSection(r)
	s.explainedSection(r)
	for i, t := range r.More {
		s.section(moreID(i), t.Title)
		s.table(t, "plain")
		s.simulatedLine(r)
		s.endSection()
	}
	s.coverageSection(r)
	s.datasetsSection(r)
	s.raw("</main>\n<script>\n", hoverScript, "</script>\n</body>\n</html>\n")
	_, err := io.WriteString(w, s.b.String())
	return err
}

// policy forbids the page to load anything.
const policy = `default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'`

func (s *sheet) open(r Report) {
	s.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n",
		`<meta name="viewport" content="width=device-width, initial-scale=1">`, "\n",
		`<meta name="color-scheme" content="light dark">`, "\n",
		`<meta http-equiv="Content-Security-Policy" content="`, policy, "\">\n",
		`<title>`, esc(r.title()))
	if subject := r.subject(); subject != "" {
		s.raw(` · `, esc(subject))
	}
	s.raw("</title>\n<style>\n", styleSheet, "</style>\n</head>\n<body>\n<main>\n")
}

// contents links to the sections.
func (s *sheet) contents(r Report) {
	s.raw(`<nav aria-label="Contents">`)
	for _, c := range [][2]string{
		{"setting", "Setting"}, {"equity", "Equity"}, {"drawdown", "Drawdown"}, {"performance", "Performance"}, {"months", "Months"},
		{"returns", "Returns"}, {"decisions", "Classes and weights"}, {"scores", "Scores"}, {"confusion", "Confusion"},
	} {
		s.raw(`<a href="#`, c[0], `">`, c[1], `</a> `)
	}
	if len(r.Explained.Swarms) > 0 {
		s.raw(`<a href="#explained">Why</a> `)
	}
	for i, t := range r.More {
		s.raw(`<a href="#`, moreID(i), `">`, esc(t.Title), `</a> `)
	}
	s.raw(`<a href="#candles">Candles</a> <a href="#datasets">Datasets</a></nav>`, "\n")
}

func moreID(i int) string { return "more-" + strconv.Itoa(i+1) }

// performanceSection writes the metrics of all portfolios, by numeraire.
func (s *sheet) performanceSection(r Report) {
	s.section("performance", "Performance")
	defer s.endSection()
	s.titled("In USD", r.PerformanceUSD, "lead-column", "No metrics in USD were given.")
	s.titled("In BTC", r.PerformanceBTC, "lead-column", "No metrics in BTC were given.")
	s.simulatedLine(r)
}

// scoresSection writes how well the classes were predicted.
func (s *sheet) scoresSection(r Report) {
	s.section("scores", "Scores of the predictions")
	defer s.endSection()
	s.titled("Model and baselines", r.Scores, "lead-row", "No scores were given.")
	s.titled("By class", r.ByClass, "plain", "No scores by class were given.")
	s.simulatedLine(r)
}

func (s *sheet) titled(title string, t Table, lead, missing string) {
	s.heading(title)
	if len(t.Rows) == 0 || len(t.Columns) == 0 {
		s.missing(missing)
		return
	}
	s.table(t, lead)
}

// simulatedLine says under tables what the captions of charts say.
func (s *sheet) simulatedLine(r Report) {
	if r.Simulated {
		s.raw(`<p class="caption"><b class="simulated">SIMULATED</b> These are figures of a simulated market.</p>`, "\n")
	}
}
