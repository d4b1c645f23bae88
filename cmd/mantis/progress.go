package main

import (
	"fmt"
	"strings"
	"sync"
	"time"

	"mantis/data"
	"mantis/pipeline"
)

// progress tells a person what a run is doing: one line drawn in place on a
// terminal, a plain line a stage elsewhere, nothing when quiet.
type progress struct {
	g       *global
	quiet   bool
	mu      sync.Mutex
	begun   map[string]time.Time
	drawn   time.Time
	written int // columns of the line in place
}

func newProgress(g *global, quiet bool) *progress {
	return &progress{g: g, quiet: quiet, begun: map[string]time.Time{}}
}

// watch takes the events of a run.
func (p *progress) watch(e pipeline.Event) {
	if p.quiet {
		return
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case e.Ended != nil && e.Ended.Known:
	case e.Ended != nil:
		p.clear()
		fmt.Fprintf(p.g.err, "%-12s %s in %s%s\n", e.Stage.Name, e.Ended.Version.Ref(), seconds(e.Ended.Took), parts(e.Ended))
	case e.Total == 0:
		p.begun[e.Stage.Name] = time.Now()
		p.draw(e.Stage.Name + " …")
	case time.Since(p.drawn) > 50*time.Millisecond || e.Done == e.Total:
		said := ""
		if e.Said != "" {
			said = "; " + e.Said
		}
		p.draw(fmt.Sprintf("%-12s %s %d/%d%s%s", e.Stage.Name, gauge(e.Done, e.Total), e.Done, e.Total, p.left(e.Stage.Name, e.Done, e.Total), said))
	}
}

// parts tells how much of a dataset was made, where some of it was kept.
func parts(s *pipeline.Step) string {
	if s.Kept == 0 {
		return ""
	}
	return fmt.Sprintf(": %s made, %s kept", data.Counted(s.Made, "part"), data.Thousands(s.Kept))
}

// left is the time that is left of what has begun, at the pace so far.
func (p *progress) left(what string, done, total int) string {
	if done == 0 {
		return ""
	}
	spent := time.Since(p.begun[what])
	return ", " + seconds(spent*time.Duration(total-done)/time.Duration(done)) + " left"
}

// draw writes the line in place; elsewhere than on a terminal it does nothing.
func (p *progress) draw(line string) {
	if !p.g.terminal {
		return
	}
	p.clear()
	fmt.Fprint(p.g.err, line)
	p.written, p.drawn = len([]rune(line)), time.Now()
}

func (p *progress) clear() {
	if p.written > 0 {
		fmt.Fprint(p.g.err, "\r"+strings.Repeat(" ", p.written)+"\r")
		p.written = 0
	}
}

// end takes the line away.
func (p *progress) end() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.clear()
}

func gauge(done, total int) string {
	const width = 24
	full := width * done / total
	return "[" + strings.Repeat("=", full) + strings.Repeat(" ", width-full) + "]"
}

func seconds(d time.Duration) string { return fmt.Sprintf("%.2f s", d.Seconds()) }

// days tells how far a fetch is: seconds of history that are there, of all that
// are wanted.
func (p *progress) days(what string) func(done, total int64) {
	const day = 24 * 60 * 60
	p.begun[what] = time.Now()
	return func(done, total int64) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if !p.quiet && total > 0 && time.Since(p.drawn) > 50*time.Millisecond {
			part := int(1000 * done / total)
			p.draw(fmt.Sprintf("%-12s %s %s of %s days%s", what, gauge(part, 1000), data.Thousands(int(done/day)), data.Thousands(int(total/day)), p.left(what, part, 1000)))
		}
	}
}
