package archive

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"mantis/data"
)

// TestChangedWhileRead changes a digit of a large file after it was hashed and
// before its chunks are read: it is refused, nothing of it is left in the archive,
// and another file is taken in all the same.
func TestChangedWhileRead(t *testing.T) {
	dir := t.TempDir()
	path, other := dir+"/BTCUSD_1m.csv", dir+"/ETHUSD_1m.csv"
	text := []byte(strings.Join(minutes(1, 3), "\n") + "\n")
	os.WriteFile(path, text, 0o600)
	os.WriteFile(other, text, 0o600)
	store := newStore(t, dir+"/lake")
	unlock, err := store.Lock()
	if err != nil {
		t.Fatal(err)
	}
	defer unlock()
	w, err := NewWriter(store)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Discard()
	im := Importer{Now: time.Now, large: 1}
	c, err := im.open(path)
	if c == nil || err != nil {
		t.Fatal(c, err)
	}
	if _, err := c.summing.wait(); err != nil {
		t.Fatal(err)
	}
	at := bytes.LastIndexByte(text, ',') + 1 // the volume of the last row
	text[at] ^= 1                            // another digit
	os.WriteFile(path, text, 0o600)
	took, err := im.take(context.Background(), w, path, read{chunked: c, release: func() {}})
	c.close()
	if err != nil || len(took) != 1 || took[0].Refused == nil || !strings.Contains(took[0].Refused.Error(), "changed while it was read") {
		t.Fatalf("%+v, %v", took, err)
	}
	if len(w.takings) != 0 || len(w.cells.written) != 0 {
		t.Errorf("%d takings, %d parts of a file that was refused", len(w.takings), len(w.cells.written))
	}
	took, err = im.take(context.Background(), w, other, im.read(other))
	if err != nil || took[0].Refused != nil {
		t.Fatalf("%+v, %v", took, err)
	}
	v, err := w.Commit(context.Background(), time.Now())
	if err != nil {
		t.Fatal(err)
	}
	if files := partFiles(t, dir+"/lake"); files != len(v.Of(Dataset)) {
		t.Errorf("%d files for %d parts", files, len(v.Of(Dataset)))
	}
}

// partFiles counts the files of candles in a store.
func partFiles(t *testing.T, root string) (n int) {
	left, err := data.NewDir(root).List(fmt.Sprintf("data/%s/", Dataset))
	if err != nil {
		t.Fatal(err)
	}
	return len(left)
}
