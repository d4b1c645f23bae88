package data

import (
	"context"
	"encoding/hex"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

// TestQuickSum holds that a file read once has the quick digests of its ranges,
// that they see a byte that changed, and that all else is SHA-256.
func TestQuickSum(t *testing.T) {
	content := make([]byte, 2*sumBlock+100)
	for i := range content {
		content[i] = byte(i * i >> 7)
	}
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	ranges := []Range{{3, 1000}, {1001, sumBlock + 7}, {sumBlock + 7, 2*sumBlock + 99}}
	q := NewQuick()
	of := func(q Quick, b []byte) string {
		h := q.New()
		h.Write(b)
		return hex.EncodeToString(h.Sum(nil))
	}
	s, err := q.Sum(context.Background(), path, ranges)
	if err != nil {
		t.Fatal(err)
	}
	usual, err := (*Store)(nil).Seen(true).SHA256(path, nil)
	if err != nil || s.SHA256 != usual || s.Rest != SHA256([]byte{content[0], content[1], content[2], content[1000], content[2*sumBlock+99]}) {
		t.Errorf("%+v, want %s, %v", s, usual, err)
	}
	for i, r := range ranges {
		if got := of(q, content[r.From:r.To]); got != s.Each[i] {
			t.Errorf("range %d: %s, read %s", i, s.Each[i], got)
		}
		if content[r.To-1] ^= 1; of(q, content[r.From:r.To]) == s.Each[i] {
			t.Errorf("range %d: a byte that changed is not seen", i)
		}
		content[r.To-1] ^= 1
	}
	if of(NewQuick(), content) == of(q, content) {
		t.Error("two keys, one digest")
	}
	ctx, stop := context.WithCancel(context.Background())
	stop()
	if _, err := q.Sum(ctx, path, ranges); !errors.Is(err, context.Canceled) {
		t.Errorf("a context that ended: %v", err)
	}
}
