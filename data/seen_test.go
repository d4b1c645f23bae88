package data

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestSeen changes a file behind the store's back in every way that a file
// system can tell, and some that only its change time tells.
func TestSeen(t *testing.T) {
	store, err := Create(filepath.Join(t.TempDir(), "store"))
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "a.csv")
	old := time.Now().Add(-time.Hour)
	write := func(content string, when time.Time) {
		t.Helper()
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
		if err := os.Chtimes(path, when, when); err != nil {
			t.Fatal(err)
		}
	}
	digest := func(rehash bool) string {
		t.Helper()
		seen := store.Seen(rehash)
		sum, err := seen.SHA256(path, nil)
		if err != nil {
			t.Fatal(err)
		}
		if err := seen.Save(); err != nil {
			t.Fatal(err)
		}
		return sum
	}
	write("one", old)
	for _, content := range []string{"one", "two", "three", "two"} { // of one length, with one time: the change time alone tells
		write(content, old)
		if got := digest(false); got != SHA256([]byte(content)) {
			t.Errorf("%s: digest %s", content, got)
		}
	}
	if n := len(store.Seen(false).files); n != 0 {
		t.Errorf("a file that was changed just now is known by its times: %d", n)
	}

	seen := store.Seen(false)
	abs, _ := filepath.Abs(path)
	info, _ := os.Stat(path)
	now, ok := describe(info)
	if !ok {
		t.Skip("files are not known again on this system")
	}
	now.SHA256 = "what was seen"
	seen.files[abs], seen.dirty = now, true
	if err := seen.Save(); err != nil {
		t.Fatal(err)
	}
	if got := digest(false); got != "what was seen" {
		t.Errorf("a file that lay still is hashed again")
	}
	if got := digest(true); got != SHA256([]byte("two")) {
		t.Errorf("rehash: %s", got)
	}
	write("six", old)
	if got := digest(false); got != SHA256([]byte("six")) {
		t.Errorf("other bytes in a file of the same size and time: %s", got)
	}
}
