package archive

import (
	"context"

	"mantis/data"
	"mantis/data/market"
)

// summing is the hashing of a file beside other work.
type summing struct {
	quick data.Quick // of the ranges
	stop  context.CancelFunc
	done  chan struct{}
	sum   *data.Sum // when it is done
	err   error
}

func sumBeside(path string, ranges []data.Range) *summing {
	ctx, stop := context.WithCancel(context.Background())
	s := &summing{quick: data.NewQuick(), stop: stop, done: make(chan struct{})}
	go func() {
		defer close(s.done)
		s.sum, s.err = s.quick.Sum(ctx, path, ranges)
	}()
	return s
}

// wait is the outcome.
func (s *summing) wait() (*data.Sum, error) {
	<-s.done
	return s.sum, s.err
}

// end stops the hashing where it is still going on.
func (s *summing) end() {
	s.stop()
	<-s.done
}

// read tells whether the digests of chunks are those of the bytes that were
// hashed, when it is done.
func (s *summing) read(chunks []market.Chunk, digests []string) bool {
	hashed := map[data.Range]string{}
	for i, r := range s.sum.Ranges {
		hashed[r] = s.sum.Each[i]
	}
	for i, c := range chunks {
		if digest, ok := hashed[data.Range{From: c.From, To: c.To}]; !ok || digest != digests[i] {
			return false
		}
	}
	return true
}
