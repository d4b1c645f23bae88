package data

import (
	"bytes"
	"context"
	"errors"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/parquet-go/parquet-go"
)

// twins seals two versions of bars that share the rows of ETH-BTC, in files that
// tell of other parameters, and the rows of BTC-USD, long enough to be worth
// encoding anew, in one file.
func twins(t testing.TB, s *Store) []*Version {
	t.Helper()
	var all []*Version
	for i, params := range []string{`{"a":1}`, `{"a":22222222}`} {
		d := s.Draft("bars")
		origin := Origin{Name: "bars", Code: 1, Params: []byte(params)}
		d.Provenance(Origin{Name: "bars", Code: 1, Params: []byte("{}")}, nil)
		if err := d.Put(wave(t, 20000), "BTC-USD"); err != nil {
			t.Fatal(err)
		}
		d.Provenance(origin, []Input{{"candles", "x"}})
		if err := errors.Join(d.Put(tableBatch(t, "bars", "ETH-BTC", 5), "ETH-BTC"), d.PutFile("read.me", []byte(params))); err != nil {
			t.Fatal(err)
		}
		v, err := d.Seal(origin, nil, actionKey("twins", i))
		if err != nil {
			t.Fatal(err)
		}
		point(t, s, v)
		all = append(all, v)
	}
	return all
}

// wave is a part with prices that repeat.
func wave(t testing.TB, rows int) *Batch {
	b := tableBatch(t, "bars", "BTC-USD", rows)
	x := make([]float64, rows)
	for r := range x {
		x[r] = float64((r*r%977)*(r%31)) / 8
	}
	b, err := NewBatch(b.schema, b.cols[0], b.cols[1], x)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestCompact(t *testing.T) {
	s := newStore(t)
	all := twins(t, s)
	m := s.Memo("bars")
	for _, p := range all[1].Of("bars") {
		m.Put(p.Path, Made{Part: &p})
	}
	if err := m.Save(); err != nil {
		t.Fatal(err)
	}
	for i, v := range all {
		all[i], _ = s.Load("bars", v.ID)
	}
	before := files(t, s, ".")
	plan, err := s.Compact(context.Background(), nil, Compaction{DryRun: true})
	if err != nil || !slices.Equal(before, files(t, s, ".")) {
		t.Errorf("dry run: %v", err)
	}
	done, err := s.Compact(context.Background(), nil, Compaction{})
	if err != nil || *done != *plan || done.Encoded != 1 || done.Shared != 1 || done.Manifests != 2 || done.After >= done.Before {
		t.Errorf("%+v, planned %+v, %v", done, plan, err)
	}
	var now []*Version
	for _, old := range all {
		v, err := s.Load("bars", old.ID)
		if err != nil {
			t.Fatal(err)
		}
		now = append(now, v)
		if faults := append(s.Verify(v), s.Verify(old)...); len(faults) > 0 {
			t.Errorf("%v", faults)
		}
		for i, p := range v.Of("bars") {
			if was := old.Of("bars")[i]; p.Content != was.Content || p.Rows != was.Rows || p.Key != was.Key || p.First != was.First {
				t.Errorf("%+v was %+v", p, was)
			}
		}
		if v.Action != old.Action || string(v.Stage.Params) != string(old.Stage.Params) {
			t.Errorf("%+v was made otherwise", v)
		}
	}
	btc, eth := now[0].Of("bars")[0], now[0].Of("bars")[1]
	if btc != now[1].Of("bars")[0] || eth != now[1].Of("bars")[1] || btc.Bytes >= all[0].Of("bars")[0].Bytes || eth != all[0].Of("bars")[1] {
		t.Errorf("%+v, %+v", now[0].Parts, now[1].Parts)
	}
	raw, _ := os.ReadFile(s.Path(btc))
	f, err := parquet.OpenFile(bytes.NewReader(raw), int64(len(raw)))
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"mantis.stage": "bars@1", "mantis.params": "{}", "mantis.content": btc.Content} {
		if got, _ := f.Lookup(key); got != want {
			t.Errorf("%s %q, want %q", key, got, want)
		}
	}
	if len(f.RowGroups()[0].SortingColumns()) != 1 {
		t.Error("the file does not say that it is sorted")
	}
	for _, p := range all[1].Of("bars") {
		if made, ok := s.Memo("bars").Get(p.Path); !ok || made.Part.Path == p.Path {
			t.Errorf("the memo does not know the better file of %s", p.Key)
		}
	}
	showsLatest(t, s, now[1])
	if faults := inspected(t, s); len(faults) > 0 {
		t.Error(faults)
	}

	// Readers of old manifests have the grace of a clearing, however old the
	// files were.
	cleared(t, s, Clearing{Grace: time.Hour})
	for _, old := range all {
		if faults := s.Verify(old); len(faults) > 0 {
			t.Errorf("within the grace: %v", faults)
		}
	}
	out := cleared(t, s, Clearing{Keep: 9})
	if out.Removed("data") != 2 || out.Removed("versions") != 0 || out.Memos != 0 {
		t.Errorf("%+v", out.Garbage)
	}
	if faults := inspected(t, s); len(faults) > 0 {
		t.Error(faults)
	}
	if again, err := s.Compact(context.Background(), nil, Compaction{}); err != nil || again.Encoded+again.Shared+again.Manifests != 0 || again.After != again.Before {
		t.Errorf("again: %+v, %v", again, err)
	}
	if v := s.Known("bars", actionKey("twins", 1)); v == nil || v.ID != all[1].ID {
		t.Error("the action is no longer known")
	}
}

// TestCompactOldFilesAreYoung gives files a past before they are given up.
func TestCompactOldFilesAreYoung(t *testing.T) {
	p := newPail()
	s, err := CreateAt(p)
	if err != nil {
		t.Fatal(err)
	}
	all := twins(t, s)
	p.wait(1000 * time.Hour)
	if _, err := s.Compact(context.Background(), all[:1], Compaction{}); err != nil {
		t.Fatal(err)
	}
	p.wait(time.Hour)
	cleared(t, s, Clearing{Grace: 2 * time.Hour, Keep: 9})
	if faults := s.Verify(all[1]); len(faults) > 0 {
		t.Errorf("%v", faults)
	}
	p.wait(2 * time.Hour)
	cleared(t, s, Clearing{Grace: 2 * time.Hour, Keep: 9})
	if faults := s.Verify(all[1]); len(faults) == 0 {
		t.Error("the old files stay for good")
	}
	if got := left(t, s, all); got != "01" {
		t.Errorf("left: %s", got)
	}
}

func TestCompactRefusesDamage(t *testing.T) {
	s := newStore(t)
	all := twins(t, s)
	p := all[0].Of("bars")[0]
	raw, _ := os.ReadFile(s.Path(p))
	damaged := slices.Clone(raw)
	damaged[100] ^= 1
	overwrite(s, p.Path, damaged, raw)
	if _, err := s.Compact(context.Background(), nil, Compaction{}); !errors.Is(err, ErrStore) || Hint(err) == "" {
		t.Error(err)
	}
	for _, v := range all {
		if now, err := s.Load("bars", v.ID); err != nil || now.Sum != v.Sum {
			t.Errorf("%v", err)
		}
	}
}

// TestCompactCrashes kills a compaction before each of its operations.
func TestCompactCrashes(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	calm := newRAM()
	s, unlock, err := begin(calm)
	if err != nil {
		t.Fatal(err)
	}
	twins(t, s)
	unlock()
	for k := 0; ; k++ {
		r := calm.after()
		s, unlock, err := begin(r)
		if err != nil {
			t.Fatal(err)
		}
		first := len(r.done)
		r.fault = func(n int, _ string) fate {
			if n >= first+k {
				return fate{err: errDead}
			}
			return fate{}
		}
		_, failed := s.Compact(context.Background(), nil, Compaction{})
		r.fault = nil
		if failed == nil {
			unlock()
		} else if !errors.Is(failed, ErrStore) {
			t.Errorf("operation %d: %v", k, failed)
		}
		if k%7 == 0 || failed == nil { // reading everything takes long
			for _, disk := range []*ram{r.after(), r.crashed(nil)} {
				disk.held = false
				s, unlock, err := begin(disk)
				if err != nil {
					t.Fatal(err)
				}
				versions, faults, err := s.Audit()
				if err != nil || len(faults) > 0 || len(versions) != 2 {
					t.Fatalf("operation %d: %d versions, %v, %v", k, len(versions), faults, err)
				}
				unlock()
			}
		}
		if failed == nil {
			return
		}
	}
}
