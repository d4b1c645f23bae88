package stages

import (
	"context"
	"fmt"
	"sync"

	"mantis/pipeline"
)

// eachFold calls do for each of n folds, several at a time. After an error no fold
// behind that one is begun; the error is that of the first fold that has one,
// whatever the order of events.
func eachFold(ctx context.Context, n int, do func(k int) error) error {
	var mu sync.Mutex
	first := n
	return pipeline.Each(ctx, n, func(k int) error {
		mu.Lock()
		late := k > first
		mu.Unlock()
		if late {
			return nil
		}
		err := do(k)
		if err == nil {
			return nil
		}
		mu.Lock()
		first = min(first, k)
		mu.Unlock()
		return fmt.Errorf("fold %d: %w", k, err)
	})
}

// foldProgress adds up how far the folds are that are fitted side by side.
type foldProgress struct {
	t    *pipeline.Task
	mu   sync.Mutex
	done []float64 // shares
}

func newFoldProgress(t *pipeline.Task, folds int) *foldProgress {
	return &foldProgress{t: t, done: make([]float64, folds)}
}

// of is what the fold's trainer tells its progress to.
func (p *foldProgress) of(k int) func(done, total int) {
	return func(done, total int) {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.done[k] = float64(done) / float64(max(total, 1))
		sum := 0.0
		for _, share := range p.done {
			sum += share
		}
		p.t.Progress(int(float64(sum*1000)), 1000*len(p.done))
	}
}
