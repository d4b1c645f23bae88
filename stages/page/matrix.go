package page

// matrixSection writes the confusion matrix: realised classes as rows,
// predicted ones as columns.
func (s *sheet) matrixSection(r Report) {
	s.section("confusion", "Confusion matrix")
	defer s.endSection()
	var rows, columns [5]int
	total := 0
	for i, row := range r.Confusion {
		for j, n := range row {
			rows[i] += n
			columns[j] += n
			total += n
		}
	}
	if total == 0 {
		s.missing("No prediction was scored: the matrix is empty.")
		return
	}
	s.raw(`<figure><div class="scroll" tabindex="0"><table class="matrix"><thead><tr><th scope="col">realised ↓ predicted →</th>`)
	for i := range classNames {
		s.raw(`<th scope="col">`, r.class(i), `</th>`)
	}
	s.raw(`<th scope="col">all</th></tr></thead><tbody>`, "\n")
	for i, row := range r.Confusion {
		s.raw(`<tr><th scope="row">`, r.class(i), `</th>`)
		for j, n := range row {
			class := "gain"
			if i == j {
				class = "gain hit"
			}
			s.matrixCell(class, n, rows[i])
		}
		s.matrixCell("sum", rows[i], total)
		s.raw("</tr>\n")
	}
	s.raw(`<tr><th scope="row">all</th>`)
	for _, n := range columns {
		s.matrixCell("sum", n, total)
	}
	s.matrixCell("sum", total, total)
	s.raw("</tr>\n</tbody></table></div>\n")
	s.caption(r.Simulated, "Bars of the test span by realised class (rows) and predicted class (columns): the count, and its share of the row. "+
		"The framed cells are right. The column and row named all give shares of all "+plural(total, "bar")+".")
	s.raw("</figure>\n")
}

// class is the name of a class over its returns.
func (r Report) class(i int) string {
	if r.Bins[i] == "" {
		return classNames[i]
	}
	return classNames[i] + `<br><small>` + esc(r.Bins[i]) + `</small>`
}

// matrixCell writes a count and its share of a whole, which sets the colour.
func (s *sheet) matrixCell(class string, n, whole int) {
	share := 0.0
	if whole > 0 {
		share = float64(n) / float64(whole)
	}
	s.raw(`<td class="`, class, `" style="--a:`, shade(share), `">`, count(n), `<br><small>`, number(float64(share*100), 1), `%</small></td>`)
}
