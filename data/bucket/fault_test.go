package bucket

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
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

// TestFaultsAreTold gives each kind of error its advice, and tells no secret.
func TestFaultsAreTold(t *testing.T) {
	if testing.Short() {
		t.Skip("under the race detector the client library is found to close a body that it still sends")
	}
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
