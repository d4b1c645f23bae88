// Package placetest holds a place to the contract of data.Place.
package placetest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"sync"
	"testing"
	"time"

	"mantis/data"
)

// Test checks every sentence of the contract. Each call of open is a new, empty
// place; the tests run one after the other.
func Test(t *testing.T, open func(t *testing.T) data.Place) {
	for _, c := range []struct {
		name string
		test func(t *testing.T, p data.Place)
	}{
		{"Nothing", testNothing},
		{"Write", testWrite},
		{"WriteOver", testWriteOver},
		{"Names", testNames},
		{"Stat", testStat},
		{"List", testList},
		{"ListMany", testListMany},
		{"Remove", testRemove},
		{"Swap", testSwap},
		{"SwapRace", testSwapRace},
		{"SwapCount", testSwapCount},
		{"Whole", testWhole},
		{"Side by side", testSideBySide},
		{"Lock", testLock},
		{"String", testString},
		{"Store", testStore},
	} {
		t.Run(c.name, func(t *testing.T) { c.test(t, open(t)) })
	}
}

func testNothing(t *testing.T, p data.Place) {
	for _, name := range []string{"nothing", "data/bars/nothing.parquet"} {
		if raw, err := p.Read(name); !errors.Is(err, fs.ErrNotExist) || raw != nil {
			t.Errorf("read: %q, %v", raw, err)
		}
		if _, err := p.Stat(name); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("stat: %v", err)
		}
		if err := p.Remove(name); err != nil {
			t.Errorf("remove: %v", err)
		}
	}
	for _, prefix := range []string{"", "data/", "data/bars"} {
		if objects, err := p.List(prefix); err != nil || len(objects) > 0 {
			t.Errorf("list %q: %v, %v", prefix, objects, err)
		}
	}
	if err := p.Sync(); err != nil {
		t.Errorf("sync: %v", err)
	}
}

func testWrite(t *testing.T, p data.Place) {
	large := bytes.Repeat([]byte("0123456789abcdef"), 1<<16)
	for name, content := range map[string][]byte{"top": []byte("x"), "data/bars/symbol=BTC-USD/0.parquet": large, "data/none": {}, "data/bars/bytes": {0, 255, '\r', '\n'}} {
		write(t, p, name, content)
		holds(t, p, name, content)
		if err := p.Sync(); err != nil {
			t.Fatal(err)
		}
		holds(t, p, name, content)
	}
	if _, err := p.Read("data/bars"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what lies between objects is read: %v", err)
	}
	if _, err := p.Stat("data/bars"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("what lies between objects has a size: %v", err)
	}
	if _, err := p.Read("top/below"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("below an object: %v", err)
	}
}

// testWriteOver writes longer and shorter bytes over others. The place keeps no
// hold of the caller's slices.
func testWriteOver(t *testing.T, p data.Place) {
	for _, size := range []int{10, 1000, 0, 3} {
		content := bytes.Repeat([]byte{'a' + byte(size%26)}, size)
		write(t, p, "data/over", content)
		holds(t, p, "data/over", bytes.Clone(content))
		for i := range content {
			content[i] = '!'
		}
		holds(t, p, "data/over", bytes.Repeat([]byte{'a' + byte(size%26)}, size))
		read, err := p.Read("data/over")
		if err != nil {
			t.Fatal(err)
		}
		for i := range read {
			read[i] = '?'
		}
		holds(t, p, "data/over", bytes.Repeat([]byte{'a' + byte(size%26)}, size))
	}
}

// testNames takes whatever may be in a name: see FORMAT.md.
func testNames(t *testing.T, p data.Place) {
	names := []string{
		"data/bars/symbol=BTC-USD/year=2024/a.parquet", "data/a b/c d", "data/+&?#%41;,'\"$()!*", "data/Ünï/漢字/😀",
		"data/a~b", "data/x.json", "data/x.json.bak", "data/under_score", "data/at@:", "data/[x]{y}<z>|^`",
	}
	for i, name := range names {
		write(t, p, name, fmt.Appendf(nil, "%d", i))
	}
	for i, name := range names {
		holds(t, p, name, fmt.Appendf(nil, "%d", i))
		if objects, err := p.List(name); err != nil || len(objects) == 0 || objects[0].Name != name {
			t.Errorf("list %q: %v, %v", name, objects, err)
		}
	}
	for _, name := range names {
		if err := p.Remove(name); err != nil {
			t.Errorf("remove %q: %v", name, err)
		}
	}
	lists(t, p, "")
}

func testStat(t *testing.T, p data.Place) {
	write(t, p, "data/first", []byte("12345"))
	first, err := p.Stat("data/first")
	if err != nil || first.Name != "data/first" || first.Size != 5 || first.Modified.IsZero() {
		t.Fatalf("%+v, %v", first, err)
	}
	write(t, p, "data/second", nil)
	second, err := p.Stat("data/second")
	if err != nil || second.Size != 0 || second.Modified.Before(first.Modified.Add(-time.Second)) {
		t.Errorf("%+v after %+v, %v", second, first, err)
	}
	objects, err := p.List("data/")
	if err != nil || len(objects) != 2 {
		t.Fatalf("%v, %v", objects, err)
	}
	for i, want := range []data.Object{first, second} {
		got := objects[i]
		if got.Name != want.Name || got.Size != want.Size || got.Modified.Sub(want.Modified).Abs() > time.Second {
			t.Errorf("list has %+v, stat %+v", got, want)
		}
	}
}

// testList holds order and prefixes: bytes of names count, and a prefix may end
// within an element.
func testList(t *testing.T, p data.Place) {
	all := []string{
		"actions/0a/0a1", "data/bars-b/1", "data/bars/1", "data/bars/2", "data/bars/x/3", "data/bars0", "data/bars=", "data/bars_/1", "mantis.json", "versions/bars/1.json",
	}
	for _, name := range []int{3, 0, 9, 1, 8, 2, 7, 5, 4, 6} {
		write(t, p, all[name], []byte(all[name]))
	}
	for _, prefix := range []string{"", "data/", "data/bars", "data/bars/", "data/bars/x", "data/bars/x/", "data/bars/1", "data/bars-", "d", "m", "data/bars/1/", "nothing", "data/nothing/", "e/"} {
		var want []string
		for _, name := range all {
			if len(name) >= len(prefix) && name[:len(prefix)] == prefix {
				want = append(want, name)
			}
		}
		lists(t, p, prefix, want...)
	}
}

// testListMany lists more than a page of any bucket.
func testListMany(t *testing.T, p data.Place) {
	var want []string
	for i := range 1100 {
		want = append(want, fmt.Sprintf("data/%04d/%d", i/9, i%9))
	}
	const writers = 10
	atOnce(writers, func(w int) {
		for i := w; i < len(want); i += writers {
			if err := p.Write(want[i], []byte(want[i])); err != nil {
				t.Errorf("write: %v", err)
			}
		}
	})
	lists(t, p, "data/", want...)
	lists(t, p, "data/01", want[900:]...)
}

func testRemove(t *testing.T, p data.Place) {
	for _, name := range []string{"data/a/1", "data/a/2", "data/a/b/3"} {
		write(t, p, name, []byte(name))
	}
	for range 2 {
		if err := p.Remove("data/a/1"); err != nil {
			t.Error(err)
		}
	}
	if _, err := p.Read("data/a/1"); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("it is still there: %v", err)
	}
	if err := p.Remove("data/a/b"); err != nil {
		t.Errorf("what is no object: %v", err)
	}
	lists(t, p, "", "data/a/2", "data/a/b/3")
	if err := p.Sync(); err != nil {
		t.Error(err)
	}
	write(t, p, "data/a/1", []byte("again"))
	holds(t, p, "data/a/1", []byte("again"))
}

func testSwap(t *testing.T, p data.Place) {
	const name = "refs/bars/latest"
	a, b, none := []byte("a\n"), []byte("b\n"), []byte{}
	for i, step := range []struct {
		old, content []byte
		wins         bool
	}{
		{a, b, false}, {none, b, false}, // there is none
		{nil, a, true}, {nil, b, false}, {b, a, false}, {none, b, false}, {[]byte("a"), b, false},
		{a, b, true}, {a, a, false}, {b, b, true}, {b, none, true}, // bytes may be empty, or stay
		{nil, a, false}, {a, b, false}, {none, a, true},
	} {
		before, _ := p.Read(name)
		err := p.Swap(name, step.old, step.content)
		if step.wins && err != nil || !step.wins && !errors.Is(err, data.ErrChanged) {
			t.Fatalf("step %d, %q for %q: %v", i, step.content, step.old, err)
		}
		switch {
		case step.wins:
			holds(t, p, name, step.content)
		case before != nil:
			holds(t, p, name, before)
		default:
			lists(t, p, "")
		}
	}
	if err := p.Remove(name); err != nil {
		t.Fatal(err)
	}
	if err := p.Swap(name, a, b); !errors.Is(err, data.ErrChanged) {
		t.Errorf("it was removed: %v", err)
	}
	write(t, p, name, b)
	if err := p.Swap(name, b, a); err != nil {
		t.Errorf("it was written, not swapped: %v", err)
	}
}

// testSwapRace has writers swap the same old bytes at once: one wins.
func testSwapRace(t *testing.T, p data.Place) {
	var old []byte
	for round := range 20 {
		const writers = 4
		won := make([]error, writers)
		atOnce(writers, func(w int) {
			won[w] = p.Swap("refs/bars/latest", old, fmt.Appendf(nil, "%d of %d", w, round))
		})
		winner := -1
		for w, err := range won {
			switch {
			case err == nil && winner < 0:
				winner = w
			case err == nil:
				t.Fatalf("round %d: writers %d and %d both win", round, winner, w)
			case !errors.Is(err, data.ErrChanged):
				t.Fatalf("round %d: %v", round, err)
			}
		}
		if winner < 0 {
			t.Fatalf("round %d: nobody wins", round)
		}
		old = fmt.Appendf(nil, "%d of %d", winner, round)
		holds(t, p, "refs/bars/latest", old)
	}
}

// testSwapCount has writers append to one object: nothing is lost.
func testSwapCount(t *testing.T, p data.Place) {
	const writers, each = 3, 10
	atOnce(writers, func(w int) {
		for done := 0; done < each; {
			old, err := p.Read("log/bars.jsonl")
			if err != nil && !errors.Is(err, fs.ErrNotExist) {
				t.Error(err)
				return
			}
			err = p.Swap("log/bars.jsonl", old, append(bytes.Clone(old), 'a'+byte(w)))
			switch {
			case err == nil:
				done++
			case !errors.Is(err, data.ErrChanged):
				t.Error(err)
				return
			}
		}
	})
	raw, err := p.Read("log/bars.jsonl")
	slices.Sort(raw)
	want := slices.Concat(bytes.Repeat([]byte("a"), each), bytes.Repeat([]byte("b"), each), bytes.Repeat([]byte("c"), each))
	if err != nil || !bytes.Equal(raw, want) {
		t.Errorf("%q, %v", raw, err)
	}
}

// testWhole reads while others write: always one of the contents, never half.
func testWhole(t *testing.T, p data.Place) {
	contents := [][]byte{bytes.Repeat([]byte("a"), 100_000), bytes.Repeat([]byte("b"), 300_000)}
	write(t, p, "refs/whole", contents[0])
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range 40 {
			if err := p.Write("refs/whole", contents[i%2]); err != nil {
				t.Errorf("write: %v", err)
			}
		}
	}()
	for reading := true; reading; {
		select {
		case <-done:
			reading = false
		default:
		}
		raw, err := p.Read("refs/whole")
		if err != nil || !bytes.Equal(raw, contents[0]) && !bytes.Equal(raw, contents[1]) {
			t.Fatalf("%d bytes, %v", len(raw), err)
		}
		o, err := p.Stat("refs/whole")
		if err != nil || o.Size != int64(len(contents[0])) && o.Size != int64(len(contents[1])) {
			t.Fatalf("%+v, %v", o, err)
		}
	}
}

// testSideBySide writes, syncs and removes from several goroutines.
func testSideBySide(t *testing.T, p data.Place) {
	const writers, each = 6, 8
	atOnce(writers, func(w int) {
		for i := range each {
			err := errors.Join(
				p.Write(fmt.Sprintf("data/%d/%d", i, w), fmt.Appendf(nil, "%d %d", i, w)),
				p.Write("data/same", []byte("same")),
				p.Write(fmt.Sprintf("data/gone/%d", w), nil),
				p.Sync(),
				p.Remove(fmt.Sprintf("data/gone/%d", w)))
			if err != nil {
				t.Error(err)
			}
		}
	})
	for w := range writers {
		for i := range each {
			holds(t, p, fmt.Sprintf("data/%d/%d", i, w), fmt.Appendf(nil, "%d %d", i, w))
		}
	}
	holds(t, p, "data/same", []byte("same"))
	lists(t, p, "data/gone/")
}

// testLock holds a lock twice, waits for one, and gives up waiting.
func testLock(t *testing.T, p data.Place) {
	unlock, err := p.Lock(t.Context(), false)
	if err != nil {
		t.Fatal(err)
	}
	lists(t, p, "")
	again, err := p.Lock(t.Context(), false)
	if err == nil { // a place without locks
		again()
		unlock()
		return
	}
	if data.Hint(err) == "" {
		t.Errorf("nothing is advised: %v", err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := p.Lock(ctx, true); !errors.Is(err, context.Canceled) {
		t.Errorf("a wait that is cancelled: %v", err)
	}
	waited := make(chan error)
	go func() {
		unlock, err := p.Lock(t.Context(), true)
		if err == nil {
			unlock()
		}
		waited <- err
	}()
	select {
	case err := <-waited:
		t.Errorf("it does not wait: %v", err)
	case <-time.After(50 * time.Millisecond):
	}
	unlock()
	if err := <-waited; err != nil {
		t.Errorf("after a wait: %v", err)
	}
	if unlock, err = p.Lock(t.Context(), false); err != nil {
		t.Fatalf("it was unlocked: %v", err)
	}
	unlock()
}

func testString(t *testing.T, p data.Place) {
	if p.String() == "" {
		t.Error("the place has no name")
	}
}

// testStore takes a whole store through a life at the place.
func testStore(t *testing.T, p data.Place) {
	s, err := data.CreateAt(p)
	if err != nil {
		t.Fatal(err)
	}
	unlock, err := s.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	var last *data.Version
	for _, text := range []string{"one", "two", "one", "three"} {
		d := s.Draft("notes")
		if err := errors.Join(d.PutFile("text.txt", []byte(text)), d.PutFile("same.txt", []byte("same"))); err != nil {
			t.Fatal(err)
		}
		if last, err = d.Seal(data.Origin{Name: "notes", Params: []byte("{}")}, nil, data.SHA256([]byte(text))); err != nil {
			t.Fatal(err)
		}
		if moved, err := s.Point(last); err != nil || !moved {
			t.Fatalf("%t, %v", moved, err)
		}
		if s.Known("notes", data.SHA256([]byte(text))) == nil {
			t.Error("the action is not known")
		}
	}
	again, err := data.OpenAt(p)
	if err != nil {
		t.Fatal(err)
	}
	if v, err := again.Latest("notes"); err != nil || v.ID != last.ID {
		t.Errorf("%v, %v", v, err)
	}
	if versions, faults, err := again.Audit(); err != nil || len(versions) != 3 || len(faults) > 0 {
		t.Errorf("%d versions, faults %v, %v", len(versions), faults, err)
	}
	if log, err := p.Read("log/notes.jsonl"); err != nil || bytes.Count(log, []byte("\n")) != 4 {
		t.Errorf("%q, %v", log, err)
	}
}

// atOnce runs a function in several goroutines.
func atOnce(writers int, run func(w int)) {
	var group sync.WaitGroup
	for w := range writers {
		group.Add(1)
		go func() {
			defer group.Done()
			run(w)
		}()
	}
	group.Wait()
}

func write(t *testing.T, p data.Place, name string, content []byte) {
	t.Helper()
	if err := p.Write(name, content); err != nil {
		t.Fatalf("write %q: %v", name, err)
	}
}

// holds fails the test unless an object has these bytes. The bytes of an empty
// object are not nil, which in Swap says that there is none.
func holds(t *testing.T, p data.Place, name string, want []byte) {
	t.Helper()
	raw, err := p.Read(name)
	if err != nil || raw == nil || !bytes.Equal(raw, want) {
		t.Errorf("%q holds %.40q (%d bytes, nil %t), %v; want %.40q", name, raw, len(raw), raw == nil, err, want)
	}
	if o, err := p.Stat(name); err != nil || o.Name != name || o.Size != int64(len(want)) {
		t.Errorf("%q: %+v, %v; want %d bytes", name, o, err, len(want))
	}
}

// lists fails the test unless a prefix has these objects, in this order.
func lists(t *testing.T, p data.Place, prefix string, want ...string) {
	t.Helper()
	objects, err := p.List(prefix)
	var got []string
	for _, o := range objects {
		got = append(got, o.Name)
		if o.Modified.IsZero() {
			t.Errorf("list %q: %+v", prefix, o)
		}
	}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("list %q: %.300q, %v; want %.300q", prefix, got, err, want)
	}
}
