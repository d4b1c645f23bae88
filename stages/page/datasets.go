package page

import (
	"strings"

	"mantis/data"
)

// datasetsSection writes the dataset versions of the run, their lineage and
// how to read them.
func (s *sheet) datasetsSection(r Report) {
	s.section("datasets", "Datasets")
	defer s.endSection()
	if len(r.Datasets) == 0 {
		s.missing("No dataset is listed.")
	} else {
		s.raw(`<div class="scroll" tabindex="0"><table class="datasets"><thead><tr>`)
		for _, head := range []string{"dataset", "version", "rows", "first (UTC)", "last (UTC)", "made from", "path"} {
			s.raw(`<th scope="col">`, head, `</th>`)
		}
		s.raw("</tr></thead><tbody>\n")
		for _, d := range r.Datasets {
			first, last := dash, dash
			if d.First != d.Last || d.First != 0 {
				first, last = stamp(d.First), stamp(d.Last)
			}
			s.raw(`<tr><th scope="row">`, esc(d.Name), `</th><td><code>`, esc(d.ID), `</code></td><td>`, count(d.Rows), `</td><td>`,
				first, `</td><td>`, last, `</td><td>`, esc(strings.Join(d.From, ", ")), `</td><td><code>`, esc(d.Path), "</code></td></tr>\n")
		}
		s.raw("</tbody></table></div>\n")
		s.raw(`<p class="caption">`)
		if r.Simulated {
			s.raw(`<b class="simulated">SIMULATED</b> `)
		}
		s.raw("A version is named by the digest of its content: the same name is the same data on any machine. Paths begin in the store's directory.</p>\n")
		s.notes(r.Datasets)
		s.lineage(r)
	}
	if r.Query != "" {
		s.heading("Reading them with DuckDB, in the store's directory")
		s.raw(`<pre><code>`, esc(r.Query), "</code></pre>\n")
	}
}

// notes lists what the stages had to say about their datasets.
func (s *sheet) notes(datasets []Dataset) {
	open := false
	for _, d := range datasets {
		for _, n := range d.Notes {
			if !open {
				s.raw(`<ul class="caption">`)
				open = true
			}
			s.raw(`<li>`, esc(d.Name), `: `, esc(n), "</li>\n")
		}
	}
	if open {
		s.raw("</ul>\n")
	}
}

// stamp writes an instant, a dash for none.
func stamp(t int64) string {
	if t == data.Null {
		return dash
	}
	return data.Stamp(t)
}
