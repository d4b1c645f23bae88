//go:build unix

package data

import (
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestLock(t *testing.T) {
	s := newStore(t)
	_, err := s.Lock()
	if !errors.Is(err, ErrStore) || !strings.Contains(err.Error(), "process "+strconv.Itoa(os.Getpid())+" is writing") || Hint(err) == "" {
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

// TestKilledWriter is also the writer itself: it seals version after version
// and says each id once the version is the latest.
func TestKilledWriter(t *testing.T) {
	if root := os.Getenv("MANTIS_TEST_WRITER"); root != "" {
		writeUntilKilled(t, root)
		return
	}
	s, err := Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	said := 0
	for round := 0; round < 20 || said == 0 && round < 200; round++ { // a slow machine gets more rounds, and longer ones
		c := exec.Command(os.Args[0], "-test.run=^TestKilledWriter$")
		c.Env = append(os.Environ(), "MANTIS_TEST_WRITER="+s.Root(), "MANTIS_TEST_FROM="+strconv.Itoa(round*1000))
		var out strings.Builder
		c.Stdout = &out
		if err := c.Start(); err != nil {
			t.Fatal(err)
		}
		time.Sleep(time.Duration(20+round*7919%70+10*max(0, round-20)) * time.Millisecond)
		c.Process.Kill()
		c.Wait()
		for line := range strings.Lines(out.String()) {
			id, ok := strings.CutSuffix(line, "\n")
			if !ok || !digestName.MatchString(id) {
				continue
			}
			said++
			if v, err := s.Load("bars", id); err != nil || len(s.Verify(v)) > 0 {
				t.Errorf("round %d: announced %s: %v", round, id, err)
			}
		}
		_, faults, err := s.Audit()
		if err != nil || len(faults) > 0 {
			t.Fatalf("round %d: %v, %v", round, faults, err)
		}
	}
	unlock, err := s.Lock()
	if err != nil {
		t.Fatalf("the next writer: %v", err)
	}
	defer unlock()
	v := seal(t, s, "bars", 3)
	point(t, s, v)
	showsLatest(t, s, v)
	sound(t, s)
	if said == 0 {
		t.Error("no version was announced: the writers died too early")
	}
	t.Logf("%d versions announced", said)
}

func writeUntilKilled(t *testing.T, root string) {
	from, _ := strconv.Atoi(os.Getenv("MANTIS_TEST_FROM"))
	s, err := Open(root)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Lock(); err != nil {
		t.Fatal(err)
	}
	for rows := 1; ; rows++ {
		v := seal(t, s, "bars", (from+rows)%3000)
		point(t, s, v)
		os.Stdout.WriteString(v.ID + "\n")
	}
}
