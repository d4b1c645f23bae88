package page

import (
	"html"
	"strings"
)

// sheet collects the text of the page. What goes in through raw is markup; any
// string that came with the report passes through esc first.
type sheet struct{ b strings.Builder }

func (s *sheet) raw(parts ...string) {
	for _, p := range parts {
		s.b.WriteString(p)
	}
}

// esc makes t safe as text and inside a quoted attribute, in HTML and in XML:
// markup is escaped, and what XML forbids is replaced.
func esc(t string) string {
	t = strings.Map(func(r rune) rune {
		switch {
		case r == '\t' || r == '\n':
			return r
		case r < 0x20, r >= 0x7f && r < 0xa0, r == 0xfffe, r == 0xffff:
			return 0xfffd
		}
		return r
	}, strings.ToValidUTF8(t, "\ufffd"))
	return html.EscapeString(t)
}

// titleAttr is a title attribute, or nothing for an empty text.
func titleAttr(text string) string {
	if text == "" {
		return ""
	}
	return ` title="` + esc(text) + `"`
}

// section opens a section that the contents list links to; the caller closes
// it.
func (s *sheet) section(id, title string) {
	s.raw(`<section id="`, id, `"><h2>`, esc(title), "</h2>\n")
}

func (s *sheet) endSection() { s.raw("</section>\n") }

// heading writes a title within a section.
func (s *sheet) heading(title string) { s.raw(`<h3>`, esc(title), "</h3>\n") }

// missing says in place of a picture or table why there is none.
func (s *sheet) missing(why string) {
	s.raw(`<p class="missing">`, esc(why), "</p>\n")
}

// swatch is one entry of a legend: a colour class, a name and, where there is
// one, a value that the hover script rewrites.
type swatch struct{ class, name, value string }

// legend writes the entries above a chart, where they cannot cover it.
func (s *sheet) legend(entries []swatch) {
	s.raw(`<ul class="legend">`)
	for _, e := range entries {
		s.raw(`<li><i class="`, e.class, `"></i>`, esc(e.name))
		if e.value != "" {
			s.raw(` <b>`, esc(e.value), `</b>`)
		}
		s.raw(`</li>`)
	}
	s.raw("</ul>\n")
}

// caption writes a figure's caption, led by SIMULATED where the market is.
func (s *sheet) caption(simulated bool, text string) {
	s.raw(`<figcaption>`)
	if simulated {
		s.raw(`<b class="simulated">SIMULATED</b> `)
	}
	s.raw(esc(text), "</figcaption>\n")
}
