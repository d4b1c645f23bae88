//go:build unix

package data

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// TestKilledWriters has two writers at a time on one store and kills each at
// random moments, MANTIS_KILLS in all: what they announced is there. It is also
// the writer itself.
func TestKilledWriters(t *testing.T) {
	if root := os.Getenv("MANTIS_TEST_WRITER"); root != "" {
		writeUntilKilled(t, root)
		return
	}
	kills := 100
	if testing.Short() {
		kills = 20
	}
	if n, err := strconv.Atoi(os.Getenv("MANTIS_KILLS")); err == nil {
		kills = n
	}
	s, err := Create(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	var begun atomic.Int64
	announced := make([][]string, 2)
	var group sync.WaitGroup
	for w := range announced {
		group.Add(1)
		go func() {
			defer group.Done()
			for round := begun.Add(1); round <= int64(kills) && !t.Failed(); round = begun.Add(1) {
				ids, err := killedWriter(s.Root(), round)
				if err == nil {
					err = s.stillHas(ids)
				}
				if err != nil {
					t.Errorf("round %d: %v", round, err)
				}
				announced[w] = append(announced[w], ids...)
			}
		}()
	}
	group.Wait()
	all := slices.Concat(announced...)
	if err := s.stillHas(all); err != nil {
		t.Error(err)
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
	if len(all) == 0 {
		t.Error("no version was announced: the writers died too early")
	}
	t.Logf("%d kills, %d versions announced", kills, len(all))
}

// stillHas says which of the versions that were announced is lost, or a part
// of it. What is in the parts is looked at in the end.
func (s *Store) stillHas(ids []string) error {
	for _, id := range ids {
		v, err := s.Load("bars", id)
		if err != nil {
			return err
		}
		if missing := s.Missing(v); len(missing) > 0 {
			return fmt.Errorf("%s: %v", v.Ref(), missing)
		}
	}
	if _, err := s.Latest("bars"); err != nil && (len(ids) > 0 || !errors.Is(err, ErrNotFound)) {
		return err
	}
	return nil
}

// killedWriter lets a writer announce some versions, kills it a moment later,
// and returns the ids that it announced.
func killedWriter(root string, round int64) (ids []string, err error) {
	c := exec.Command(os.Args[0], "-test.run=^TestKilledWriters$")
	c.Env = append(os.Environ(), "MANTIS_TEST_WRITER="+root, fmt.Sprintf("MANTIS_TEST_ROUND=%d", round))
	var complaint bytes.Buffer
	c.Stderr = &complaint
	out, err := c.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := c.Start(); err != nil {
		return nil, err
	}
	lines := bufio.NewReader(out)
	ready, err := lines.ReadString('\n')
	for last := rand.IntN(3); err == nil; last-- {
		if last == 0 {
			time.AfterFunc(time.Duration(rand.Int64N(int64(10*time.Millisecond))), func() { c.Process.Kill() })
		}
		var line string
		if line, err = lines.ReadString('\n'); err == nil {
			ids = append(ids, strings.TrimSuffix(line, "\n"))
		}
	}
	c.Wait()
	if ready != "ready\n" || c.ProcessState.Exited() || slices.ContainsFunc(ids, func(id string) bool { return !isDigest(id) }) {
		return nil, fmt.Errorf("the writer ended by itself: %s%s%s", ready, strings.Join(ids, "\n"), &complaint)
	}
	return ids, nil
}

// hasty is a disk that syncs nothing. What a process has written outlives its
// death all the same, and it gets further between two deaths.
type hasty struct{ realDisk }

func (hasty) syncDir(string) error { return nil }

func (hasty) create(path string) (output, error) {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o444)
	return hastyFile{f}, err
}

type hastyFile struct{ *os.File }

func (hastyFile) Sync() error { return nil }

// writeUntilKilled seals version after version, some of them again and again,
// and says each id once the version is the latest.
func writeUntilKilled(t *testing.T, root string) {
	round := os.Getenv("MANTIS_TEST_ROUND")
	place := NewDir(root)
	if !strings.HasSuffix(round, "5") {
		place.disk = hasty{}
	}
	s, err := OpenAt(place)
	if err != nil {
		t.Fatal(err)
	}
	os.Stdout.WriteString("ready\n")
	for i := 0; ; i++ {
		unlock, err := s.Wait(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		d := s.Draft("bars")
		text := fmt.Sprintf("%s, %d", round, i)
		if i%2 == 1 {
			text = fmt.Sprint(i % 8)
		}
		err = errors.Join(
			d.Put(tableBatch(t, "bars", symbols[0], 1+i%3), symbols[0]),
			d.PutFile("same.txt", []byte("the same")),
			d.PutFile("text.txt", []byte(text)))
		if err != nil {
			t.Fatal(err)
		}
		v, err := d.Seal(Origin{Name: "bars", Params: []byte("{}")}, nil, SHA256([]byte(text)))
		if err == nil {
			_, err = s.Point(v)
		}
		if err != nil {
			t.Fatal(err)
		}
		os.Stdout.WriteString(v.ID + "\n")
		unlock()
	}
}
