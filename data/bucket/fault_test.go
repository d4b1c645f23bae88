package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"mantis/data"
	"mantis/data/bucket/buckettest"
)

// TestMain makes the pauses between the repetitions of a request short.
func TestMain(m *testing.M) {
	minio.DefaultRetryUnit = time.Millisecond
	minio.DefaultRetryCap = 5 * time.Millisecond
	os.Exit(m.Run())
}

// first lets something befall the first requests of one method.
func first(n int, method string, fault buckettest.Fault) func(r *http.Request) buckettest.Fault {
	return func(r *http.Request) buckettest.Fault {
		if n > 0 && r.Method == method && !strings.HasSuffix(r.URL.Path, trial) {
			n--
			return fault
		}
		return buckettest.Fault{}
	}
}

const always = 1 << 30

// TestRepeated has every request survive what passes.
func TestRepeated(t *testing.T) {
	server, endpoint := serve(t)
	b := open(t, endpoint, "lake/p")
	large, old := bytes.Repeat([]byte("0123456789"), 100_000), []byte("old")
	requests := []struct {
		name, method string
		do           func() (ok bool, err error)
	}{
		{"write", "PUT", func() (bool, error) { return true, b.Write("data/new", large) }},
		{"remove", "DELETE", func() (bool, error) { return true, b.Remove("data/gone") }},
		{"stat", "HEAD", func() (bool, error) {
			o, err := b.Stat("data/large")
			return o.Size == int64(len(large)), err
		}},
		{"read", "GET", func() (bool, error) {
			raw, err := b.Read("data/large")
			return bytes.Equal(raw, large), err
		}},
		{"list", "GET", func() (bool, error) {
			objects, err := b.List("data/large")
			return len(objects) == 1, err
		}},
		{"swap", "PUT", func() (bool, error) { return true, b.Swap("refs/x", old, []byte("new")) }},
		{"swap of what is read", "GET", func() (bool, error) { return true, b.Swap("refs/x", old, []byte("new")) }},
		{"swap of none", "PUT", func() (bool, error) { return true, b.Swap("refs/new", nil, []byte("new")) }},
	}
	for name, fault := range map[string]buckettest.Fault{
		"500": {Status: 500}, "503": {Status: 503, Code: "SlowDown"}, "429": {Status: 429}, "reset": {Reset: true}, "lost": {Lost: true}, "cut": {Cut: true},
	} {
		for _, n := range []int{1, 3} {
			for _, request := range requests {
				server.Hook(buckettest.Hooks{})
				server.Take("lake", "p/refs/new")
				server.Take("lake", "p/data/new")
				server.Put("lake", "p/refs/x", old)
				server.Put("lake", "p/data/gone", nil)
				server.Put("lake", "p/data/large", large)
				server.Hook(buckettest.Hooks{Fault: first(n, request.method, fault)})
				if ok, err := request.do(); err != nil || !ok {
					t.Errorf("%s, %d times %s: %t, %v", request.name, n, name, ok, err)
				}
				want := map[string]string{"write": "data/new", "swap": "refs/x", "swap of none": "refs/new"}[request.name]
				if want == "" {
					continue
				}
				if raw, err := b.Read(want); err != nil || string(raw) != "new" && !bytes.Equal(raw, large) {
					t.Errorf("%s, %d times %s: %d bytes are there, %v", request.name, n, name, len(raw), err)
				}
			}
		}
	}
}

// TestCutForGood never takes half an answer for a whole one.
func TestCutForGood(t *testing.T) {
	server, endpoint := serve(t)
	b := open(t, endpoint, "lake")
	server.Put("lake", "data/x", []byte("0123456789"))
	server.Hook(buckettest.Hooks{Fault: first(always, "GET", buckettest.Fault{Cut: true})})
	if raw, err := b.Read("data/x"); err == nil || errors.Is(err, fs.ErrNotExist) || raw != nil {
		t.Errorf("read: %q, %v", raw, err)
	}
	if objects, err := b.List(""); err == nil || objects != nil {
		t.Errorf("list: %v, %v", objects, err)
	}
	if empty, err := b.IsEmpty(); err == nil {
		t.Errorf("is empty: %t", empty)
	}
}

// TestListCancelled never takes the pages that came before for all of them.
func TestListCancelled(t *testing.T) {
	server, endpoint := serve(t)
	server.Put("lake", "data/x", nil)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if objects, err := open(t, endpoint, "lake").list(ctx, "", 0); !errors.Is(err, context.Canceled) {
		t.Errorf("%v, %v", objects, err)
	}
}

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

// TestUnsound refuses a server that does not hold writes to conditions, and
// leaves no store there.
func TestUnsound(t *testing.T) {
	for _, ignores := range [][]string{{"If-None-Match"}, {"If-Match"}, {"If-None-Match", "If-Match"}} {
		server, endpoint := serve(t)
		server.Hook(buckettest.Hooks{Ignores: ignores})
		for range 2 { // the object of the first trial is there at the second
			_, err := data.CreateAt(open(t, endpoint, "lake/p"))
			if err == nil || !strings.Contains(err.Error(), "conditions") || data.Hint(err) == "" || !errors.Is(err, data.ErrStore) {
				t.Errorf("%v: %v", ignores, err)
			}
		}
		if objects, err := open(t, endpoint, "lake/p").List(""); err != nil || len(objects) > 0 {
			t.Errorf("%v leaves %v, %v", ignores, objects, err)
		}
	}
	server, endpoint := serve(t)
	server.Hook(buckettest.Hooks{Fault: func(r *http.Request) buckettest.Fault {
		if r.Header.Get("If-Match") != "" {
			return buckettest.Fault{Status: 501}
		}
		return buckettest.Fault{}
	}})
	if _, err := data.CreateAt(open(t, endpoint, "lake")); err == nil || !strings.Contains(err.Error(), "conditions") {
		t.Errorf("a server that knows no If-Match: %v", err)
	}
}

// TestProve costs two requests, once a process, and none that only reads.
func TestProve(t *testing.T) {
	server, endpoint := serve(t)
	if _, err := data.CreateAt(open(t, endpoint, "lake")); err != nil {
		t.Fatal(err)
	}
	before := server.Counts()["PUT"]
	b := open(t, endpoint, "lake")
	if _, err := data.CreateAt(b); err != nil {
		t.Fatal(err)
	}
	if n := server.Counts()["PUT"] - before; n != 0 {
		t.Errorf("%d writes to open a store", n)
	}
	for i := range 3 {
		if err := b.Swap(fmt.Sprintf("refs/%d", i), nil, nil); err != nil {
			t.Fatal(err)
		}
	}
	if n := server.Counts()["PUT"] - before; n != 2+3 {
		t.Errorf("%d writes, want 2 and 3", n)
	}
}

// TestFaultsAreTold gives each kind of error its advice, and tells no secret.
func TestFaultsAreTold(t *testing.T) {
	server, endpoint := serve(t)
	t.Setenv("AWS_SECRET_ACCESS_KEY", "a-secret")
	t.Setenv("AWS_SESSION_TOKEN", "a-token")
	b := open(t, endpoint, "lake")
	server.Put("lake", "data/x", nil)
	for _, c := range []struct {
		fault buckettest.Fault
		hint  string
	}{
		{buckettest.Fault{Status: 403, Code: "AccessDenied"}, "AWS_ACCESS_KEY_ID"},
		{buckettest.Fault{Status: 403, Code: "SignatureDoesNotMatch"}, "AWS_ACCESS_KEY_ID"},
		{buckettest.Fault{Status: 404, Code: "InvalidAccessKeyId"}, "AWS_ACCESS_KEY_ID"},
		{buckettest.Fault{Status: 404, Code: "NoSuchBucket"}, "make it first"},
		{buckettest.Fault{Status: 301, Code: "PermanentRedirect"}, "region"},
		{buckettest.Fault{Reset: true}, endpoint},
		{buckettest.Fault{Status: 500}, "try again"},
	} {
		server.Hook(buckettest.Hooks{Fault: func(*http.Request) buckettest.Fault { return c.fault }})
		_, read := b.Read("data/x")
		_, list := b.List("")
		_, create := data.CreateAt(b)
		for _, err := range []error{read, list, create, b.Write("data/x", nil), b.Swap("data/x", nil, nil), b.Remove("data/x")} {
			if err == nil || errors.Is(err, fs.ErrNotExist) || !strings.Contains(data.Hint(err), c.hint) {
				t.Errorf("%+v: %v; hint: %s", c.fault, err, data.Hint(err))
			}
			if text := fmt.Sprintf("%+v %#v %s", err, err, data.Hint(err)); strings.Contains(text, "a-secret") || strings.Contains(text, "a-token") {
				t.Errorf("%+v: %s", c.fault, text)
			}
		}
	}
	if strings.Contains(b.String()+b.Path("x"), "secret") {
		t.Error(b)
	}
}

// TestNoAnswer gives up on a server that says nothing, and at once when the
// program is told to stop.
func TestNoAnswer(t *testing.T) {
	t.Setenv("AWS_ACCESS_KEY_ID", "mantis")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "mantis-secret")
	web := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		io.Copy(io.Discard, r.Body)
		<-r.Context().Done()
	}))
	defer web.Close()
	for stop, want := range map[bool]error{false: context.DeadlineExceeded, true: context.Canceled} {
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		b, err := Open(ctx, "s3://lake?endpoint="+web.URL)
		if err != nil {
			t.Fatal(err)
		}
		if stop {
			time.AfterFunc(20*time.Millisecond, cancel)
		} else {
			b.patience = 20 * time.Millisecond
		}
		_, read := b.Read("x")
		_, stat := b.Stat("x")
		_, list := b.List("")
		for i, err := range []error{read, stat, list, b.Write("x", nil), b.Swap("x", nil, nil), b.Remove("x")} {
			if !errors.Is(err, want) {
				t.Errorf("%d: %v, want %v", i, err, want)
			}
		}
	}
}
