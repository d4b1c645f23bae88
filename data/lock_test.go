//go:build unix

package data

import (
	"context"
	"errors"
	"os"
	"strconv"
	"strings"
	"testing"
)

func TestLock(t *testing.T) {
	s := newStore(t)
	_, err := s.Lock()
	if !errors.Is(err, ErrStore) || !errors.Is(err, ErrInUse) || !strings.Contains(err.Error(), "process "+strconv.Itoa(os.Getpid())+" is writing") || Hint(err) == "" {
		t.Errorf("a second writer: %v", err)
	}
	other, err := Open(s.Root())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := other.Lock(); err == nil {
		t.Error("two writers")
	}
}

// TestLockFails leaves nothing locked behind an error.
func TestLockFails(t *testing.T) {
	s, err := Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	os.RemoveAll(s.at("tmp"))
	os.WriteFile(s.at("tmp"), nil, 0o644)
	if _, err := s.Lock(); !errors.Is(err, ErrStore) {
		t.Errorf("tmp is a file: %v", err)
	}
	os.Remove(s.at("tmp"))
	unlock, err := s.Lock()
	if err != nil {
		t.Fatalf("the lock is still held: %v", err)
	}
	os.WriteFile(s.at("tmp", "part-1"), nil, 0o644)
	os.MkdirAll(s.at("tmp", "view-1", "x"), 0o755)
	unlock()
	if unlock, err = s.Lock(); err != nil {
		t.Fatal(err)
	}
	unlock()
	if left, _ := os.ReadDir(s.at("tmp")); len(left) > 0 {
		t.Errorf("not swept: %v", left)
	}
	os.Remove(s.at("lock"))
	os.Mkdir(s.at("lock"), 0o755)
	if _, err := s.Lock(); !errors.Is(err, ErrStore) {
		t.Errorf("lock is a directory: %v", err)
	}
}

// TestWait waits for the writer before it, or until it may wait no more.
func TestWait(t *testing.T) {
	s, err := Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := s.Lock()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Wait(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
	done := make(chan error)
	go func() {
		unlock, err := s.Wait(t.Context())
		if err == nil {
			unlock()
		}
		done <- err
	}()
	unlock()
	if err := <-done; err != nil {
		t.Error(err)
	}
}
