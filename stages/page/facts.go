package page

import (
	"strconv"
	"strings"

	"mantis/data"
)

// simulatedWarning is the sentence of the banner.
const simulatedWarning = "Every price on this page was made by a random generator. Nothing on it says how the strategy would do in a real market."

// headSection writes the title, the banner, the warnings and the headline.
func (s *sheet) headSection(r Report) {
	s.raw("<header>\n")
	if r.Simulated {
		s.raw(`<p class="banner"><b>SIMULATED MARKET</b> `, simulatedWarning, "</p>\n")
	}
	s.raw(`<h1>`, esc(r.title()), "</h1>\n")
	s.raw(`<p class="subject">`, esc(r.subject()), "</p>\n</header>\n")
	if len(r.Warnings) > 0 {
		s.raw(`<section class="warnings" role="alert"><h2>`, plural(len(r.Warnings), "warning"), "</h2><ul>\n")
		for _, w := range r.Warnings {
			s.raw(`<li>`, esc(w), "</li>\n")
		}
		s.raw("</ul></section>\n")
	}
	if len(r.Headline) == 0 {
		return
	}
	s.raw(`<dl class="headline">`)
	for _, f := range r.Headline {
		s.raw(`<div><dt>`, label(f.Name, f.Unit), `</dt><dd`, titleAttr(f.Cell.Why), `>`, f.Cell.text(f.Unit), `</dd>`)
		if f.Note != "" {
			s.raw(`<dd class="note">`, esc(f.Note), `</dd>`)
		}
		s.raw("</div>\n")
	}
	s.raw("</dl>\n")
}

// title is the name of the report, which says when the market is simulated.
func (r Report) title() string {
	name := r.Name
	if name == "" {
		name = "Backtest report"
	}
	if r.Simulated {
		return "SIMULATED: " + name
	}
	return name
}

// subject is the line under the title: what was traded, on what bars.
func (r Report) subject() string {
	parts := []string{}
	if r.Target != "" {
		parts = append(parts, string(r.Target))
	}
	if r.Interval > 0 {
		parts = append(parts, r.Interval.String()+" bars")
	}
	if r.Market != "" {
		parts = append(parts, r.Market)
	}
	return strings.Join(parts, " · ")
}

// factsSection writes what was run on, and under which assumptions.
func (s *sheet) factsSection(r Report) {
	s.section("setting", "Setting and assumptions")
	defer s.endSection()
	alts := make([]string, len(r.Alts))
	for i, a := range r.Alts {
		alts[i] = string(a)
	}
	market := r.Market
	if r.Simulated {
		market += " (SIMULATED)"
	}
	interval := ""
	if r.Interval > 0 {
		interval = r.Interval.String()
	}
	folds := "none"
	if r.Folds > 0 {
		folds = strconv.Itoa(r.Folds)
	}
	s.raw(`<div class="pairs">`)
	s.pairs("Setting", []Assumption{
		{"market data", market}, {"target", string(r.Target)}, {"alts", strings.Join(alts, ", ")},
		{"bar interval", interval}, {"train span", r.Train.text()}, {"test span", r.Test.text()}, {"folds", folds},
	})
	s.pairs("Assumptions", r.Assumptions)
	s.raw("</div>\n")
}

// pairs writes names and values as a small table.
func (s *sheet) pairs(title string, list []Assumption) {
	s.raw(`<div><h3>`, title, "</h3>\n")
	if len(list) == 0 {
		s.missing("None are stated.")
	} else {
		s.raw(`<table class="facts"><tbody>`, "\n")
		for _, a := range list {
			value := a.Value
			if value == "" {
				value = dash
			}
			s.raw(`<tr><th scope="row">`, esc(a.Name), `</th><td>`, esc(value), "</td></tr>\n")
		}
		s.raw("</tbody></table>\n")
	}
	s.raw("</div>\n")
}

// text writes both ends of the span.
func (sp Span) text() string {
	if sp == (Span{}) || sp.First == data.Null || sp.Last == data.Null {
		return dash
	}
	return data.Stamp(sp.First) + " to " + data.Stamp(sp.Last) + " UTC"
}
