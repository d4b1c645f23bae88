package bucket

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"mantis/data"
	"mantis/data/bucket/buckettest"
)

// TestSwapLost loses the answer to a write that was done.
func TestSwapLost(t *testing.T) {
	server, endpoint := serve(t)
	b := open(t, endpoint, "lake")
	for _, step := range [][2][]byte{{nil, []byte("a")}, {[]byte("a"), []byte("b")}, {[]byte("b"), []byte("b")}} {
		server.Hook(buckettest.Hooks{Fault: first(1, "PUT", buckettest.Fault{Lost: true})})
		if err := b.Swap("refs/x", step[0], step[1]); err != nil {
			t.Errorf("%q for %q: %v", step[1], step[0], err)
		}
	}
	server.Hook(buckettest.Hooks{})
	if raw, err := b.Read("refs/x"); string(raw) != "b" {
		t.Errorf("%q, %v", raw, err)
	}
}

// TestSwapLostThenUndecided loses the answer to a write that was done, and then
// has the server not decide.
func TestSwapLostThenUndecided(t *testing.T) {
	for _, old := range [][]byte{nil, []byte("old")} {
		server, endpoint := serve(t)
		b := open(t, endpoint, "lake")
		if old != nil {
			server.Put("lake", "refs/x", old)
		}
		lost, undecided := first(1, "PUT", buckettest.Fault{Lost: true}), first(2, "PUT", buckettest.Fault{Status: 409})
		server.Hook(buckettest.Hooks{Fault: func(r *http.Request) buckettest.Fault {
			if f := lost(r); f.Lost {
				return f
			}
			return undecided(r)
		}})
		if err := b.Swap("refs/x", old, []byte("new")); err != nil {
			t.Errorf("%q was there: %v", old, err)
		}
	}
}

// TestSwapLostToRival loses the answer to a write that was done, and has a
// rival write before it is asked for again: the swap does not end well.
func TestSwapLostToRival(t *testing.T) {
	for _, old := range [][]byte{nil, []byte("old")} {
		server, endpoint := serve(t)
		b := open(t, endpoint, "lake")
		if old != nil {
			server.Put("lake", "refs/x", old)
		}
		server.Hook(buckettest.Hooks{
			Fault: first(1, "PUT", buckettest.Fault{Lost: true}),
			After: func(r *http.Request) {
				if r.Method == http.MethodPut && strings.HasSuffix(r.URL.Path, "/refs/x") {
					server.Put("lake", "refs/x", []byte("rival"))
				}
			},
		})
		if err := b.Swap("refs/x", old, []byte("ours")); !errors.Is(err, data.ErrChanged) {
			t.Errorf("%q was there: %v", old, err)
		}
		if raw, err := b.Read("refs/x"); string(raw) != "rival" {
			t.Errorf("%q, %v", raw, err)
		}
	}
}

// TestSwapSame refuses to write where a rival has written the same bytes, as
// long as no answer was lost.
func TestSwapSame(t *testing.T) {
	server, endpoint := serve(t)
	b := open(t, endpoint, "lake")
	server.Put("lake", "refs/x", []byte("same"))
	if err := b.Swap("refs/x", nil, []byte("same")); !errors.Is(err, data.ErrChanged) {
		t.Errorf("none was there: %v", err)
	}
	if err := b.Swap("refs/x", []byte("other"), []byte("same")); !errors.Is(err, data.ErrChanged) {
		t.Errorf("other was there: %v", err)
	}
	if err := b.Swap("refs/none", []byte("same"), []byte("same")); !errors.Is(err, data.ErrChanged) {
		t.Errorf("same was there: %v", err)
	}
}

// TestSwapOvertaken has a rival write between the read and the write of a swap.
func TestSwapOvertaken(t *testing.T) {
	for rival, put := range map[string]func(s *buckettest.Server){
		"wrote":   func(s *buckettest.Server) { s.Put("lake", "refs/x", []byte("rival")) },
		"removed": func(s *buckettest.Server) { s.Take("lake", "refs/x") },
	} {
		server, endpoint := serve(t)
		b := open(t, endpoint, "lake")
		if err := b.Swap("refs/x", nil, []byte("old")); err != nil {
			t.Fatal(err)
		}
		overtaken := false
		server.Hook(buckettest.Hooks{Before: func(r *http.Request) {
			if r.Method == http.MethodPut && !overtaken {
				overtaken = true
				put(server)
			}
		}})
		if err := b.Swap("refs/x", []byte("old"), []byte("new")); !errors.Is(err, data.ErrChanged) {
			t.Errorf("a rival %s: %v", rival, err)
		}
	}
}

// TestSwapConflict tries again where the server does not decide.
func TestSwapConflict(t *testing.T) {
	server, endpoint := serve(t)
	b := open(t, endpoint, "lake")
	conflict := buckettest.Fault{Status: 409, Code: "ConditionalRequestConflict"}
	server.Hook(buckettest.Hooks{Fault: first(3, "PUT", conflict)})
	if err := b.Swap("refs/x", nil, []byte("a")); err != nil {
		t.Error(err)
	}
	server.Hook(buckettest.Hooks{Fault: first(3, "PUT", conflict)})
	if err := b.Swap("refs/x", []byte("a"), []byte("b")); err != nil {
		t.Error(err)
	}
	server.Hook(buckettest.Hooks{Fault: first(always, "PUT", conflict)})
	if err := b.Swap("refs/x", []byte("b"), []byte("c")); !errors.Is(err, data.ErrChanged) {
		t.Error(err)
	}
}

// TestSwapAmidFaults has writers append to one object at a server where much
// goes wrong: whatever a writer was told is done is there, in its order.
func TestSwapAmidFaults(t *testing.T) {
	server, endpoint := serve(t)
	random := rand.New(rand.NewPCG(7, 7))
	server.Hook(buckettest.Hooks{Fault: func(*http.Request) buckettest.Fault {
		if random.IntN(3) > 0 {
			return buckettest.Fault{}
		}
		return []buckettest.Fault{{Status: 500}, {Status: 503}, {Reset: true}, {Lost: true}, {Cut: true}, {Status: 409}}[random.IntN(6)]
	}})
	var mu sync.Mutex
	var told []string
	var group sync.WaitGroup
	for w := range 3 {
		group.Add(1)
		go func() {
			defer group.Done()
			b := open(t, endpoint, "lake")
			for i := range 20 {
				old, err := b.Read("log")
				if err != nil && !errors.Is(err, fs.ErrNotExist) {
					continue
				}
				line := fmt.Sprintf("%d-%d\n", w, i)
				if err := b.Swap("log", old, append(bytes.Clone(old), line...)); err == nil {
					mu.Lock()
					told = append(told, line)
					mu.Unlock()
				}
			}
		}()
	}
	group.Wait()
	server.Hook(buckettest.Hooks{})
	raw, err := open(t, endpoint, "lake").Read("log")
	if err != nil || len(told) < 10 {
		t.Fatalf("%d swaps, %v", len(told), err)
	}
	lines := strings.SplitAfter(string(raw), "\n")
	for _, line := range told {
		if !slices.Contains(lines, line) {
			t.Errorf("%q was told and is not there", line)
		}
	}
	for i, line := range lines {
		if slices.Contains(lines[:i], line) {
			t.Errorf("%q is there twice", line)
		}
	}
}
