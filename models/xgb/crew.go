package xgb

import (
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// crew shares numbered pieces of work among a fixed set of goroutines. The
// pieces of an each may call each in turn: whoever has nothing else to do
// helps with them, so the last tree of a round is not left to one goroutine.
// Which worker does a piece is chance; nothing may depend on it.
type crew struct {
	slots []atomic.Pointer[section] // slot w is worker w's innermost each, the last one the outer each
	quit  atomic.Bool
	done  sync.WaitGroup
}

// section is one call of each.
type section struct {
	n        int64
	do       func(i, worker int)
	next     atomic.Int64
	finished atomic.Int64
}

// step does one piece if one is left.
func (s *section) step(worker int) bool {
	if s.next.Load() >= s.n {
		return false
	}
	i := s.next.Add(1) - 1
	if i >= s.n {
		return false
	}
	s.do(int(i), worker)
	s.finished.Add(1)
	return true
}

// newCrew starts workers 1 to size-1; the caller is worker 0.
func newCrew(size int) *crew {
	c := &crew{slots: make([]atomic.Pointer[section], size+1)}
	for w := 1; w < size; w++ {
		c.done.Add(1)
		go func() {
			defer c.done.Done()
			idle := 0
			for !c.quit.Load() {
				if c.help(w) {
					idle = 0
				} else {
					idle = rest(idle)
				}
			}
		}()
	}
	return c
}

func (c *crew) size() int { return len(c.slots) - 1 }

// stop ends the workers and waits for them.
func (c *crew) stop() {
	c.quit.Store(true)
	c.done.Wait()
}

// help does one piece of any open section, outer ones first.
func (c *crew) help(worker int) bool {
	for i := len(c.slots) - 1; i >= 0; i-- {
		if s := c.slots[i].Load(); s != nil && s.step(worker) {
			return true
		}
	}
	return false
}

// each runs do for 0 to n-1 from worker 0, and returns when all have ended.
func (c *crew) each(n int, do func(i, worker int)) {
	s := c.open(len(c.slots)-1, n, do)
	for s.step(0) {
	}
	idle := 0
	for s.finished.Load() < s.n {
		if c.help(0) {
			idle = 0
		} else {
			idle = rest(idle)
		}
	}
}

// within is each from inside a piece that the worker is doing.
func (c *crew) within(worker, n int, do func(i, worker int)) {
	s := c.open(worker, n, do)
	for s.step(worker) {
	}
	for idle := 0; s.finished.Load() < s.n; {
		idle = rest(idle)
	}
}

func (c *crew) open(slot, n int, do func(i, worker int)) *section {
	s := &section{n: int64(n), do: do}
	c.slots[slot].Store(s)
	return s
}

// rest waits a little, longer when it has been called often in a row.
func rest(idle int) int {
	if idle < 500 {
		runtime.Gosched()
	} else {
		time.Sleep(50 * time.Microsecond)
	}
	return idle + 1
}
