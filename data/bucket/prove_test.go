package bucket

import (
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"mantis/data"
	"mantis/data/bucket/buckettest"
)

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
