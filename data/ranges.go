package data

import (
	"runtime"
	"sync"
)

// inRanges cuts 0 to n-1 into a range for each processor, and calls do for all
// of them at once. Few are not worth it, and stay in one range.
func inRanges(n int, do func(from, to int)) {
	const few = 64
	ranges := min(runtime.GOMAXPROCS(0), (n+few-1)/few)
	var group sync.WaitGroup
	for i := range ranges {
		group.Add(1)
		go func() {
			defer group.Done()
			do(n*i/ranges, n*(i+1)/ranges)
		}()
	}
	group.Wait()
}
