package page

import (
	"strings"
)

// The measures of the lineage picture, in units of its view box.
const (
	boxHeight = 54
	boxGap    = 12 // between boxes of a column
	aisle     = 28 // between columns
	widestBox = 140
	laneGap   = 14 // between edges below the boxes
	boxText   = 16 // between lines in a box
)

// mostSources is how many series of candles have a box of their own.
const mostSources = 6

// box is one thing in the lineage picture: a series of candles, a dataset, or
// this page.
type box struct {
	name, under, count string // three lines
	title              string // what pointing at it shows
	class              string
	from               []int // boxes that it was made from
	column             int
	x, y, width        float64 // top left
}

// lineage draws what the page was made from: series of candles at the left,
// each dataset right of all it reads, this page at the right end.
func (s *sheet) lineage(r Report) {
	boxes := lineageBoxes(r)
	s.heading("Lineage")
	s.raw("<figure>\n", `<div class="scroll" tabindex="0">`, drawLineage(boxes, r.Simulated), "</div>\n")
	s.caption(r.Simulated, "What this page was made from, left to right: each dataset with the first digits of its version and its rows. "+
		"A line below the boxes leads from datasets that are read further on.")
	s.raw("</figure>\n")
}

// lineageBoxes lists the boxes, each after those that it was made from.
func lineageBoxes(r Report) []box {
	var boxes []box
	for i, s := range r.Sources {
		b := box{name: s.Name, under: s.Kind, count: plural(int(s.Rows), "candle"), title: s.Name + ", " + s.Kind + ", " + plural(int(s.Rows), "candle"), class: "source"}
		if i < mostSources-1 || len(r.Sources) == mostSources {
			boxes = append(boxes, b)
			continue
		}
		more := count(len(r.Sources)-i) + " more"
		boxes = append(boxes, box{name: "and " + more, title: more + " series of candles", class: "source"})
		break
	}
	series, everything := upTo(len(boxes)), []int{}
	at := map[string]int{}
	for _, d := range r.Datasets {
		b := box{name: d.Name, under: d.ID[:min(8, len(d.ID))], count: plural(int(d.Rows), "row"), title: d.Name + " " + d.ID, class: "made"}
		for _, from := range d.From {
			if i, ok := at[from]; ok {
				b.from = append(b.from, i)
			}
		}
		if len(d.From) == 0 {
			b.from = series
		}
		for _, i := range b.from {
			b.column = max(b.column, boxes[i].column+1)
		}
		at[d.Name] = len(boxes)
		everything = append(everything, len(boxes))
		boxes = append(boxes, b)
	}
	page := box{name: "report", under: "this page", title: "this page", class: "made", from: everything}
	for _, i := range everything {
		page.column = max(page.column, boxes[i].column+1)
	}
	return append(boxes, page)
}

// upTo are the numbers from 0 up to n.
func upTo(n int) []int {
	all := make([]int, n)
	for i := range all {
		all[i] = i
	}
	return all
}

// drawLineage places the boxes and returns the picture. An edge to the next
// column is a curve between the boxes. Those that lead further run below the
// boxes, in one lane for each box that they lead to.
func drawLineage(boxes []box, simulated bool) string {
	floor := place(boxes)
	var lanes []box
	for _, b := range boxes {
		if len(b.far(boxes)) > 0 {
			lanes = append(lanes, b)
		}
	}
	g := newSVG(int(floor)+laneGap*len(lanes)+4, "Lineage: the datasets that this page was made from", simulated)
	g.raw("<desc>", esc(lineageWords(boxes)), "</desc>\n")
	for k, b := range lanes {
		lane := floor + float64(laneGap*k)
		for _, i := range b.far(boxes) {
			a := boxes[i]
			down := a.x + a.width + aisle*float64(k+1)/float64(len(lanes)+3)
			g.path("edge", "M"+px(a.x+a.width)+" "+px(a.middle())+"H"+px(down)+"V"+px(lane)+"H"+px(b.x-6)+"V"+px(b.middle()+12)+"H"+px(b.x))
		}
	}
	for _, b := range boxes {
		for _, i := range b.from {
			if a := boxes[i]; a.column+1 == b.column {
				g.path("edge", curve(a.x+a.width, a.middle(), b.x, b.middle()))
			}
		}
	}
	for _, b := range boxes {
		b.draw(g)
	}
	return g.close()
}

// place gives every box its column's place, and returns where the lanes below
// them begin.
func place(boxes []box) (floor float64) {
	columns := make([][]*box, boxes[len(boxes)-1].column+1)
	tallest := 0
	for i := range boxes {
		c := boxes[i].column
		columns[c] = append(columns[c], &boxes[i])
		tallest = max(tallest, len(columns[c]))
	}
	pitch := float64(chartWidth-1+aisle) / float64(len(columns))
	for c, column := range columns {
		top := plotTop + float64(float64((tallest-len(column))*(boxHeight+boxGap))/2)
		for k, b := range column {
			b.x, b.y, b.width = 0.5+float64(float64(c)*pitch), top+float64(k*(boxHeight+boxGap)), min(pitch-aisle, widestBox)
		}
	}
	return plotTop + float64(tallest*(boxHeight+boxGap))
}

func (b box) middle() float64 { return b.y + boxHeight/2 }

// far are the boxes that this one was made from and that are not in the column
// before it.
func (b box) far(boxes []box) (far []int) {
	for _, i := range b.from {
		if boxes[i].column+1 < b.column {
			far = append(far, i)
		}
	}
	return far
}

// draw draws the box with its lines of text.
func (b box) draw(g *svg) {
	g.raw("<g><title>", esc(b.title), "</title>\n")
	g.rect("box "+b.class, b.x, b.y, b.width, boxHeight)
	for k, line := range []string{b.name, b.under, b.count} {
		class := "tick"
		if k == 0 {
			class = "name"
		}
		g.text(class, "middle", b.x+float64(b.width/2), b.y+float64(boxText*k)+17, clipped(line, b.width))
	}
	g.raw("</g>\n")
}

// curve is a path that leaves and arrives level.
func curve(x1, y1, x2, y2 float64) string {
	middle := px(float64((x1 + x2) / 2))
	return "M" + px(x1) + " " + px(y1) + "C" + middle + " " + px(y1) + " " + middle + " " + px(y2) + " " + px(x2) + " " + px(y2)
}

// clipped shortens a text that would not fit into a width.
func clipped(text string, width float64) string {
	runes := []rune(text)
	if most := int(width / 7); len(runes) > most {
		return string(runes[:max(0, most-1)]) + "…"
	}
	return text
}

// lineageWords tells the picture in words.
func lineageWords(boxes []box) string {
	var b strings.Builder
	for i, x := range boxes {
		if i > 0 {
			b.WriteString("; ")
		}
		b.WriteString(x.title)
		for k, from := range x.from {
			b.WriteString([]string{" from ", ", "}[min(k, 1)] + boxes[from].name)
		}
	}
	return b.String() + "."
}
