package market

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"

	"mantis/data"
)

// document is a JSON text and where in it the rows are: the first array of
// arrays or objects.
type document struct {
	b       []byte
	path    []string // keys that lead to the rows
	at      int      // where the array of rows opens; -1: there are none
	objects bool     // the rows are objects
	keys    []string // of the first row, where that is an object
	empty   bool     // there is an empty array and no rows
	hollow  []string // keys that lead to the last empty array
	list    string   // the first value of an array of plain values
	beside  map[string]string
}

var errFound = errors.New("found")

// findRows looks for the rows of a document, and no further.
func findRows(b []byte) (*document, error) {
	d := &document{b: b, at: -1, beside: map[string]string{}}
	s := &scanner{b: b}
	err := d.look(s, 0)
	switch {
	case err == errFound && d.objects:
		return d, d.firstKeys()
	case err == errFound:
		return d, nil
	case err == nil && (s.space() != 0 || s.i < len(b)):
		err = s.torn("nothing more")
	}
	d.path = d.hollow
	return d, err
}

// look goes through a value until it meets rows.
func (d *document) look(s *scanner, depth int) error {
	v, plain, err := s.plain()
	if err != nil {
		return err
	}
	if plain {
		d.say(d.last(), v)
		return nil
	}
	if depth > deepest {
		return s.torn(fmt.Sprintf("values that are nested no deeper than %d", deepest))
	}
	if s.b[s.i] == '{' {
		return s.members('{', func(key []byte) error {
			d.path = append(d.path, string(key))
			err := d.look(s, depth+1)
			if err == nil {
				d.path = d.path[:len(d.path)-1]
			}
			return err
		})
	}
	at := s.i
	s.i++
	switch s.space() {
	case '[', '{':
		d.at, d.objects, d.empty = at, s.b[s.i] == '{', false
		return errFound
	case ']':
		s.i++
		d.empty, d.hollow = true, slices.Clone(d.path)
		return nil
	}
	s.i = at
	return s.members('[', func([]byte) error {
		if v, plain, err := s.plain(); err != nil || plain {
			if d.list == "" {
				d.list = string(v)
			}
			return err
		}
		return s.skip(depth + 1)
	})
}

func (d *document) last() string {
	if len(d.path) == 0 {
		return ""
	}
	return d.path[len(d.path)-1]
}

// say remembers a plain value that stands beside the rows.
func (d *document) say(key string, v []byte) {
	if len(d.beside) < 64 && len(v) < 256 {
		d.beside[key] = string(v)
	}
}

// firstKeys reads the keys of the first row.
func (d *document) firstKeys() error {
	s := &scanner{b: d.b, i: d.at + 1, row: 1}
	s.space()
	return s.members('{', func(key []byte) error {
		if len(d.keys) == 256 {
			return s.torn("an object of fewer than 256 keys")
		}
		d.keys = append(d.keys, string(key))
		return s.skip(0)
	})
}

// rest reads the document from behind its rows to its end, for what stands
// beside them and to see that it is whole.
func (d *document) rest(s *scanner) error {
	s.row = 0
	for depth := len(d.path) - 1; depth >= 0; depth-- {
		end, err := s.follows('}')
		for !end && err == nil {
			end, err = s.member('}', func(key []byte) error {
				v, plain, err := s.plain()
				if plain {
					d.say(string(key), v)
					return err
				}
				return s.skip(depth)
			})
		}
		if err != nil {
			return err
		}
	}
	if s.space() != 0 || s.i < len(s.b) {
		return s.torn("nothing more")
	}
	return nil
}

// follows goes past the byte that follows a value: true where it ends what the
// value is in.
func (s *scanner) follows(end byte) (bool, error) {
	switch s.space() {
	case end:
		s.i++
		return true, nil
	case ',':
		s.i++
		return false, nil
	}
	return false, s.torn("a comma or " + string(end))
}

// under reports whether the rows are found along a path: "" is the top, * any one
// key.
func (d *document) under(path string) bool {
	want := strings.FieldsFunc(path, func(r rune) bool { return r == '.' })
	if len(want) != len(d.path) {
		return false
	}
	for i, w := range want {
		if w != "*" && w != d.path[i] {
			return false
		}
	}
	return true
}

// looksLikeJSON reports whether a text begins like a JSON array or object. A
// line of CSV begins with neither bracket.
func looksLikeJSON(b []byte) bool {
	b = bytes.TrimLeft(b[:min(len(b), 4096)], " \t\r\n")
	return len(b) > 0 && (b[0] == '[' || b[0] == '{')
}

// symbolBeside is the market that a document names beside its rows, or "".
func (d *document) symbolBeside(keys ...string) data.Symbol {
	for _, key := range keys {
		if s, err := data.ParseSymbol(d.beside[key]); err == nil {
			return s
		}
	}
	return ""
}
