package xgb

import (
	"sync/atomic"
	"testing"
)

// TestCrew does every piece once, nested ones too, at any width.
func TestCrew(t *testing.T) {
	for _, size := range []int{1, 2, 3, 8} {
		c := newCrew(size)
		for _, n := range []int{0, 1, 7, 100} {
			inner := make([]atomic.Int32, n*3)
			var outer atomic.Int32
			c.each(n, func(i, worker int) {
				outer.Add(1)
				c.within(worker, 3, func(j, who int) {
					if who < 0 || who >= size {
						t.Errorf("worker %d of %d", who, size)
					}
					inner[3*i+j].Add(1)
				})
				for j := range 3 {
					if inner[3*i+j].Load() != 1 {
						t.Errorf("within returned before piece %d.%d", i, j)
					}
				}
			})
			if int(outer.Load()) != n {
				t.Errorf("%d of %d pieces when each returned", outer.Load(), n)
			}
		}
		c.stop()
	}
}
