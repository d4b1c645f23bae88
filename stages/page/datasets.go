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
		for _, head := range []string{"dataset", "version", "rows", "first (UTC)", "last (UTC)", "made from", "path", "notes"} {
			s.raw(`<th scope="col">`, head, `</th>`)
		}
		s.raw("</tr></thead><tbody>\n")
		for _, d := range r.Datasets {
			first, last := dash, dash
			if d.First != d.Last || d.First != 0 {
				first, last = stamp(d.First), stamp(d.Last)
			}
			s.raw(`<tr><th scope="row">`, esc(d.Name), `</th><td><code>`, esc(d.ID), `</code></td><td>`, count(d.Rows), `</td><td>`,
				first, `</td><td>`, last, `</td><td>`, esc(strings.Join(d.From, ", ")), `</td><td><code>`, esc(d.Path), `</code></td><td>`, esc(d.Notes), "</td></tr>\n")
		}
		s.raw("</tbody></table></div>\n")
		s.raw(`<p class="caption">`)
		if r.Simulated {
			s.raw(`<b class="simulated">SIMULATED</b> `)
		}
		s.raw("A version is named by the digest of its content: the same name is the same data on any machine. Paths are relative.</p>\n")
	}
	if r.Query != "" {
		s.heading("Reading them with DuckDB")
		s.raw(`<pre><code>`, esc(r.Query), "</code></pre>\n")
	}
}

// stamp writes an instant, a dash for none.
func stamp(t int64) string {
	if t == data.Null {
		return dash
	}
	return data.Stamp(t)
}
