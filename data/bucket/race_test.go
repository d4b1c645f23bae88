package bucket

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"sync"
	"testing"
	"time"

	"mantis/data"
	"mantis/data/bucket/buckettest"
)

// TestRealRace holds a real server to what the store stands on: of sixteen
// conditional writes at once one is taken, and the object is what it wrote.
func TestRealRace(t *testing.T) {
	b := newBucket(t)
	const rounds = 200
	if wrong := races(t, b, rounds, 16); wrong > 0 {
		t.Errorf("%d of %d races ended wrong", wrong, 2*rounds)
	}
}

// TestRealAppend has eight writers read an object and swap it, again and
// again, in each other's way: what each has appended is there. It fails at a
// server that conditions a write well and answers a read with the bytes of one
// write and the tag of another.
func TestRealAppend(t *testing.T) {
	b := newBucket(t)
	const writers, each = 8, 20
	var group sync.WaitGroup
	for w := range writers {
		group.Add(1)
		go func() {
			defer group.Done()
			for done := 0; done < each && !t.Failed(); {
				old, err := b.Read("log")
				if err != nil && !errors.Is(err, fs.ErrNotExist) {
					t.Error(err)
				}
				switch err := b.Swap("log", old, append(bytes.Clone(old), 'a'+byte(w))); {
				case err == nil:
					done++
				case !errors.Is(err, data.ErrChanged):
					t.Error(err)
				}
			}
		}()
	}
	group.Wait()
	raw, err := b.Read("log")
	for w := range writers {
		if n := bytes.Count(raw, []byte{'a' + byte(w)}); n != each {
			t.Errorf("%d of %d by writer %d are there, %v", n, each, w, err)
		}
	}
}

// TestRaceIsSeen lets a server forget between the check and the write, which
// races must see.
func TestRaceIsSeen(t *testing.T) {
	server, endpoint := serve(t)
	b := open(t, endpoint, "lake")
	if wrong := races(t, b, 3, 8); wrong != 0 {
		t.Errorf("%d races are wrong at a sound server", wrong)
	}
	server.Hook(buckettest.Hooks{Slow: func() { time.Sleep(20 * time.Millisecond) }})
	if wrong := races(t, b, 3, 8); wrong == 0 {
		t.Error("nothing is seen")
	}
}

// races runs pairs of races, the second for the object that the first has made,
// and counts those that have not one winner or do not leave its bytes.
func races(t *testing.T, b *Bucket, rounds, writers int) (wrong int) {
	for round := range rounds {
		name := fmt.Sprintf("races/%d-%d", time.Now().UnixNano(), round)
		only := condition{absent: true}
		for range 2 {
			var mu sync.Mutex
			var winners [][]byte
			var group sync.WaitGroup
			start := make(chan struct{})
			for w := range writers {
				group.Add(1)
				go func() {
					defer group.Done()
					content := fmt.Appendf(nil, "%+v by %d", only, w)
					<-start
					err := b.put(t.Context(), b.full(name), content, only)
					mu.Lock()
					defer mu.Unlock()
					if err == nil {
						winners = append(winners, content)
					} else if !isRefused(err) && !isConflict(err) {
						t.Error(err)
					}
				}()
			}
			close(start)
			group.Wait()
			content, tag, err := b.get("read", name)
			if err != nil {
				t.Fatal(err)
			}
			if len(winners) != 1 || !bytes.Equal(content, winners[0]) {
				wrong++
			}
			only = condition{tag: tag}
		}
	}
	return wrong
}
