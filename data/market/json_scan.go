package market

import (
	"bytes"
	"fmt"

	"mantis/data"
)

// scanner reads JSON byte by byte and keeps nothing.
type scanner struct {
	b   []byte
	i   int
	row int // the row that is being read, from 1; 0 outside the rows
}

// deepest is how far values may be nested.
const deepest = 64

// torn is the error of JSON that is not as it should be.
func (s *scanner) torn(want string) error {
	err := &data.InputError{Line: s.row, Hint: "the file may be cut short or mixed up: fetch it again"}
	if s.i >= len(s.b) {
		err.Reason = fmt.Sprintf("the JSON ends at byte %d, before %s", len(s.b), want)
		return err
	}
	err.Value = string(bytes.ToValidUTF8(s.b[s.i:min(s.i+12, len(s.b))], []byte("?")))
	err.Reason = fmt.Sprintf("no JSON at byte %d: want %s", s.i+1, want)
	return err
}

// space goes to the next byte that is no blank and returns it, 0 at the end.
func (s *scanner) space() byte {
	for ; s.i < len(s.b); s.i++ {
		switch c := s.b[s.i]; c {
		case ' ', '\n', '\t', '\r':
		default:
			return c
		}
	}
	return 0
}

// take goes past a byte that has to come next.
func (s *scanner) take(c byte, want string) error {
	if s.space() != c {
		return s.torn(want)
	}
	s.i++
	return nil
}

// text reads a string, without its quotes and with its escapes as written.
func (s *scanner) text() ([]byte, error) {
	if s.space() != '"' {
		return nil, s.torn("a string")
	}
	s.i++
	for from := s.i; ; {
		n := bytes.IndexByte(s.b[s.i:], '"')
		if n < 0 {
			s.i = len(s.b)
			return nil, s.torn("the end of a string")
		}
		s.i += n + 1
		escapes := 0
		for k := s.i - 2; k >= from && s.b[k] == '\\'; k-- {
			escapes++
		}
		if escapes%2 == 0 {
			return s.b[from : s.i-1], nil
		}
	}
}

// plain reads a string, a number, true, false or null; ok is false where an
// array or an object begins, which it leaves.
func (s *scanner) plain() (v []byte, ok bool, err error) {
	switch c := s.space(); {
	case c == '"':
		v, err = s.text()
		return v, true, err
	case c == '[' || c == '{':
		return nil, false, nil
	case c == '-' || c-'0' <= 9 || c == 't' || c == 'f' || c == 'n' || c == 'N':
	default:
		return nil, true, s.torn("a value")
	}
	from := s.i
	for ; s.i < len(s.b); s.i++ {
		c := s.b[s.i]
		if c-'0' > 9 && c != '.' && c != '-' && c != '+' && (c|32 < 'a' || c|32 > 'z') {
			break
		}
	}
	return s.b[from:s.i], true, nil
}

// skip goes past a value of any kind.
func (s *scanner) skip(depth int) error {
	_, plain, err := s.plain()
	if plain || err != nil {
		return err
	}
	if depth > deepest {
		return s.torn(fmt.Sprintf("values that are nested no deeper than %d", deepest))
	}
	open := s.b[s.i]
	return s.members(open, func([]byte) error { return s.skip(depth + 1) })
}

// members goes through an array or an object, at whose opening byte it stands,
// and calls visit at each value, which it has to go past.
func (s *scanner) members(open byte, visit func(key []byte) error) error {
	s.i++
	end := open + 2 // ] or }
	if s.space() == end {
		s.i++
		return nil
	}
	for {
		done, err := s.member(end, visit)
		if done || err != nil {
			return err
		}
	}
}

// member goes past one value, its key, and what follows it.
func (s *scanner) member(end byte, visit func(key []byte) error) (done bool, err error) {
	var key []byte
	if end == '}' {
		if key, err = s.text(); err == nil {
			err = s.take(':', "a colon")
		}
		if err != nil {
			return false, err
		}
	}
	if err = visit(key); err != nil {
		return false, err
	}
	return s.follows(end)
}
