package data

import (
	"errors"
	"io/fs"
	"maps"
	"math/rand/v2"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"
)

// ram is a disk in memory that knows what of it a crash may take: the bytes of
// a file since it was synced, and the names in a directory since that was
// synced. A fault may befall each operation.
type ram struct {
	mu    sync.Mutex
	root  *ramFile
	held  bool                        // the lock
	done  []string                    // the operations so far
	fault func(k int, op string) fate // of operation k, counted from 0; nil for none
}

// ramFile is a file, a link, or a directory.
type ramFile struct {
	mode    fs.FileMode
	content []byte // of a file, or the target of a link
	safe    []byte // the content when it was synced last, nil before
	names   map[string]*ramFile
	saved   map[string]*ramFile // the names when they were synced last
	moves   []ramMove           // of names since then
}

// ramMove gives a name to a file, or takes it where there is no file.
type ramMove struct {
	name string
	file *ramFile
}

// fate is what becomes of an operation.
type fate struct {
	err   error
	late  bool   // it takes effect, and fails all the same
	short bool   // a write that writes half, and does not say so
	only  string // the one kind of operation that it befalls
}

// errDead is what every operation says to a process that is no more.
var errDead = errors.New("the process is dead")

func newRAM() *ram { return &ram{root: newRAMDir()} }

func newRAMDir() *ramFile {
	return &ramFile{mode: fs.ModeDir | 0o755, names: map[string]*ramFile{}, saved: map[string]*ramFile{}}
}

// do is one operation: its fate, and its effect unless that forbids it.
func (r *ram) do(op, path string, effect func() error) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	f := r.next(op, path)
	if f.err == nil || f.late {
		if err := effect(); err != nil {
			return err
		}
	}
	if f.err != nil {
		return &fs.PathError{Op: op, Path: path, Err: f.err}
	}
	return nil
}

func (r *ram) next(op, path string) (f fate) {
	if r.fault != nil {
		f = r.fault(len(r.done), op)
	}
	r.done = append(r.done, op+" "+path)
	return f
}

// find is a file and the directory that names it; the file is nil if there is
// none. It follows no links.
func (r *ram) find(name string) (dir *ramFile, base string, file *ramFile, err error) {
	elems := strings.Split(filepath.ToSlash(name), "/")
	file = r.root
	for _, elem := range elems {
		if file == nil {
			return nil, "", nil, fs.ErrNotExist
		}
		if !file.mode.IsDir() {
			return nil, "", nil, syscall.ENOTDIR
		}
		dir, base = file, elem
		if elem != "." {
			file = file.names[elem]
		}
	}
	return dir, base, file, nil
}

// there is a file that must be there.
func (r *ram) there(name string) (*ramFile, error) {
	_, _, file, err := r.find(name)
	if err == nil && file == nil {
		err = fs.ErrNotExist
	}
	return file, err
}

func (f *ramFile) move(name string, file *ramFile) {
	f.moves = append(f.moves, ramMove{name, file})
	if file == nil {
		delete(f.names, name)
	} else {
		f.names[name] = file
	}
}

// add gives a new file its name.
func (r *ram) add(op, name string, file *ramFile) error {
	return r.do(op, name, func() error {
		dir, base, old, err := r.find(name)
		if err == nil && old != nil {
			err = fs.ErrExist
		}
		if err != nil {
			return &fs.PathError{Op: op, Path: name, Err: err}
		}
		dir.move(base, file)
		return nil
	})
}

func (r *ram) create(name string) (output, error) {
	file := &ramFile{mode: 0o444}
	return &ramOutput{r, name, file}, r.add("create", name, file)
}

func (r *ram) mkdir(name string) error { return r.add("mkdir", name, newRAMDir()) }

func (r *ram) symlink(target, name string) error {
	return r.add("symlink", name, &ramFile{mode: fs.ModeSymlink | 0o777, content: []byte(target)})
}

func (r *ram) link(from, to string) error {
	r.mu.Lock()
	file, err := r.there(from)
	r.mu.Unlock()
	if err != nil {
		return &fs.PathError{Op: "link", Path: from, Err: err}
	}
	return r.add("link", to, file)
}

func (r *ram) readlink(name string) (target string, err error) {
	err = r.do("readlink", name, func() error {
		file, err := r.there(name)
		if err == nil && file.mode&fs.ModeSymlink == 0 {
			err = syscall.EINVAL
		}
		if err == nil {
			target = string(file.content)
		}
		return err
	})
	return target, err
}

func (r *ram) exchange(string, string) error { return errors.ErrUnsupported }

func (r *ram) rename(from, to string) error {
	return r.do("rename", to, func() error {
		file, err := r.there(from)
		if err != nil {
			return err
		}
		dir, base, old, err := r.find(to)
		switch {
		case err != nil:
			return err
		case old != nil && old.mode.IsDir() && !file.mode.IsDir():
			return syscall.EISDIR
		case old != nil && file.mode.IsDir() && (!old.mode.IsDir() || len(old.names) > 0):
			return syscall.ENOTEMPTY
		}
		dir.move(base, file)
		home, name, _, _ := r.find(from)
		home.move(name, nil)
		return nil
	})
}

func (r *ram) remove(name string) error {
	return r.do("remove", name, func() error {
		dir, base, file, err := r.find(name)
		switch {
		case err != nil:
			return err
		case file == nil:
			return fs.ErrNotExist
		case len(file.names) > 0:
			return syscall.ENOTEMPTY
		}
		dir.move(base, nil)
		return nil
	})
}

func (r *ram) syncDir(name string) error {
	return r.do("sync of", name, func() error {
		file, err := r.there(name)
		if err == nil {
			file.saved, file.moves = maps.Clone(file.names), nil
		}
		return err
	})
}

func (r *ram) readFile(name string) (raw []byte, err error) {
	err = r.do("read", name, func() error {
		file, err := r.there(name)
		if err == nil && file.mode.IsDir() {
			err = syscall.EISDIR
		}
		if err != nil {
			return &fs.PathError{Op: "read", Path: name, Err: err}
		}
		raw = append([]byte{}, file.content...)
		return nil
	})
	return raw, err
}

func (r *ram) stat(name string) (info fs.FileInfo, err error) {
	err = r.do("stat", name, func() error {
		file, err := r.there(name)
		if err != nil {
			return &fs.PathError{Op: "stat", Path: name, Err: err}
		}
		info = ramInfo{path.Base(name), file}
		return nil
	})
	return info, err
}

func (r *ram) readDir(name string) (entries []fs.DirEntry, err error) {
	err = r.do("list", name, func() error {
		file, err := r.there(name)
		if err == nil && !file.mode.IsDir() {
			err = syscall.ENOTDIR
		}
		if err != nil {
			return &fs.PathError{Op: "list", Path: name, Err: err}
		}
		for _, base := range slices.Sorted(maps.Keys(file.names)) {
			entries = append(entries, fs.FileInfoToDirEntry(ramInfo{base, file.names[base]}))
		}
		return nil
	})
	return entries, err
}

func (r *ram) lock(name string) (lockFile, error) {
	if r.held {
		return nil, ErrInUse
	}
	err := r.do("lock", name, func() error {
		dir, base, file, err := r.find(name)
		if err == nil && file == nil {
			dir.move(base, &ramFile{mode: 0o644})
		}
		return err
	})
	r.held = err == nil
	return &ramLock{r, name}, err
}

type ramLock struct {
	r    *ram
	name string
}

func (l *ramLock) read() (string, error) {
	raw, err := l.r.readFile(l.name)
	return string(raw), err
}

func (l *ramLock) write(holder string) error {
	return l.r.do("write", l.name, func() error {
		file, err := l.r.there(l.name)
		if err == nil {
			file.content = []byte(holder)
		}
		return err
	})
}

func (l *ramLock) Close() error { l.r.held = false; return nil }

type ramOutput struct {
	r    *ram
	name string
	file *ramFile
}

func (o *ramOutput) Write(p []byte) (int, error) {
	o.r.mu.Lock()
	defer o.r.mu.Unlock()
	f := o.r.next("write", o.name)
	n := len(p)
	if f.err != nil || f.short {
		n /= 2
	}
	if f.err != errDead {
		o.file.content = append(o.file.content, p[:n]...)
	}
	return n, f.err
}

func (o *ramOutput) Sync() error {
	return o.r.do("fsync", o.name, func() error { o.file.safe = append([]byte{}, o.file.content...); return nil })
}

func (o *ramOutput) Close() error { return o.r.do("close", o.name, func() error { return nil }) }

type ramInfo struct {
	name string
	file *ramFile
}

func (i ramInfo) Name() string       { return i.name }
func (i ramInfo) Size() int64        { return int64(len(i.file.content)) }
func (i ramInfo) Mode() fs.FileMode  { return i.file.mode }
func (i ramInfo) ModTime() time.Time { return time.Unix(1, 0) }
func (i ramInfo) IsDir() bool        { return i.file.mode.IsDir() }
func (i ramInfo) Sys() any           { return nil }

// after is the disk as a process that starts later finds it: what the process
// before did not sync is still in the machine's memory.
func (r *ram) after() *ram {
	return &ram{root: r.root.copied(map[*ramFile]*ramFile{}, func(f, c *ramFile) {
		c.content, c.safe, c.moves = f.content, f.safe, slices.Clone(f.moves)
	})}
}

// crashed is the disk after a crash, one of the many that there may be; without
// luck the one that keeps nothing but what was synced.
func (r *ram) crashed(luck *rand.Rand) *ram {
	return &ram{root: r.root.crashed(luck, map[*ramFile]*ramFile{})}
}

// copied copies a file and all that it leads to, each once.
func (f *ramFile) copied(known map[*ramFile]*ramFile, rest func(f, c *ramFile)) *ramFile {
	if f == nil || known[f] != nil {
		return known[f]
	}
	c := &ramFile{mode: f.mode}
	known[f] = c
	rest(f, c)
	for i, m := range c.moves {
		c.moves[i].file = m.file.copied(known, rest)
	}
	if f.mode.IsDir() {
		c.names, c.saved = map[string]*ramFile{}, map[string]*ramFile{}
		for name, file := range f.names {
			c.names[name] = file.copied(known, rest)
		}
		for name, file := range f.saved {
			c.saved[name] = file.copied(known, rest)
		}
	}
	return c
}

// crashed is what is left of a file: a synced one is whole, of another any
// part, or other bytes. Each name in a directory is as it was at some moment
// since the directory was synced.
func (f *ramFile) crashed(luck *rand.Rand, known map[*ramFile]*ramFile) *ramFile {
	if known[f] != nil {
		return known[f]
	}
	c := &ramFile{mode: f.mode}
	known[f] = c
	if !f.mode.IsDir() {
		c.content = f.safe
		if f.mode&fs.ModeSymlink != 0 {
			c.content = f.content
		} else if string(f.safe) != string(f.content) {
			c.content = torn(f, luck)
		}
		c.safe = c.content
		return c
	}
	names := maps.Clone(f.saved)
	moves := map[string][]*ramFile{}
	for _, m := range f.moves {
		moves[m.name] = append(moves[m.name], m.file)
	}
	bias := 0 // nothing is kept; or all is, or some
	if luck != nil {
		bias = luck.IntN(4)
	}
	for _, name := range slices.Sorted(maps.Keys(moves)) {
		kept := bias * len(moves[name])
		if bias > 1 {
			kept = luck.IntN(len(moves[name]) + 1)
		}
		if kept == 0 {
			continue
		}
		if file := moves[name][kept-1]; file != nil {
			names[name] = file
		} else {
			delete(names, name)
		}
	}
	c.names = map[string]*ramFile{}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		c.names[name] = names[name].crashed(luck, known)
	}
	c.saved = maps.Clone(c.names)
	return c
}

// torn is what a crash leaves of bytes that were not synced.
func torn(f *ramFile, luck *rand.Rand) []byte {
	if luck == nil {
		return f.safe
	}
	raw := slices.Clone(f.content)
	switch luck.IntN(5) {
	case 0:
		return slices.Clone(f.safe)
	case 1:
		return nil
	case 2:
		return raw[:luck.IntN(len(raw)+1)]
	case 3:
		clear(raw[luck.IntN(len(raw)+1):])
	}
	return raw
}
