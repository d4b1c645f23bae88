package xgb

import (
	"encoding/json"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// scanner reads JSON in one pass with the numbers XGBoost adds to it: NaN,
// Infinity and -Infinity. It allocates in proportion to its input. The first
// error stays.
type scanner struct {
	src []byte
	at  int
	err error
}

func (s *scanner) fail(format string, args ...any) {
	if s.err == nil {
		s.err = fmt.Errorf("byte %d: %s", s.at, fmt.Sprintf(format, args...))
	}
}

func (s *scanner) fault() error { return s.err }

func (s *scanner) end() {
	if s.err == nil && (s.peek() != 0 || s.at < len(s.src)) {
		s.fail("more after the end")
	}
}

// peek returns the next byte after white space, 0 at the end or after an error.
func (s *scanner) peek() byte {
	for s.err == nil && s.at < len(s.src) {
		switch c := s.src[s.at]; c {
		case ' ', '\t', '\n', '\r':
			s.at++
		default:
			return c
		}
	}
	return 0
}

// take consumes c if it comes next.
func (s *scanner) take(c byte) bool {
	if s.peek() != c || s.err != nil {
		return false
	}
	s.at++
	return true
}

func (s *scanner) want(c byte) {
	if !s.take(c) {
		s.fail("want %q", c)
	}
}

func (s *scanner) object(field func(key string)) {
	s.want('{')
	if s.take('}') {
		return
	}
	seen := map[string]bool{}
	for s.err == nil {
		key := s.string()
		if seen[key] {
			s.fail("key %q comes twice", key)
		}
		seen[key] = true
		s.want(':')
		if s.err != nil {
			return
		}
		field(key)
		if s.take('}') {
			return
		}
		s.want(',')
	}
}

func (s *scanner) array(item func()) {
	s.want('[')
	if s.take(']') {
		return
	}
	for s.err == nil {
		item()
		if s.take(']') {
			return
		}
		s.want(',')
	}
}

func (s *scanner) string() string {
	if s.peek() != '"' {
		s.fail("want a string")
		return ""
	}
	start, plain := s.at, true
	for s.at++; s.at < len(s.src); s.at++ {
		switch c := s.src[s.at]; {
		case c == '"':
			s.at++
			if plain {
				return string(s.src[start+1 : s.at-1])
			}
			var out string
			if !utf8.Valid(s.src[start:s.at]) {
				s.fail("string that is not UTF-8")
			}
			if err := json.Unmarshal(s.src[start:s.at], &out); err != nil {
				s.fail("string: %v", err)
			}
			return out
		case c == '\\':
			plain = false
			s.at++
		case c < 0x20 || c >= 0x80:
			plain = false
		}
	}
	s.fail("string without end")
	return ""
}

// word returns the run of bytes a number or literal is made of.
func (s *scanner) word() string {
	s.peek()
	start := s.at
	for s.at < len(s.src) {
		c := s.src[s.at]
		if !(c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '-' || c == '+' || c == '.') {
			break
		}
		s.at++
	}
	return string(s.src[start:s.at])
}

func (s *scanner) float() float32 {
	word := s.word()
	v, ok := parseFloat(word)
	if !ok {
		s.fail("%.40q is no number", word)
	}
	return v
}

// parseFloat reads a JSON number, NaN or an infinity as the nearest float32.
func parseFloat(word string) (float32, bool) {
	switch word {
	case "NaN", "Infinity", "-Infinity":
	default:
		for i := 0; i < len(word); i++ {
			if c := word[i]; c >= 'a' && c != 'e' || c >= 'A' && c <= 'Z' && c != 'E' {
				return 0, false
			}
		}
	}
	v, err := strconv.ParseFloat(word, 32)
	return float32(v), err == nil
}

func (s *scanner) int() int32 {
	word := s.word()
	v, err := strconv.ParseInt(word, 10, 32)
	if err != nil {
		s.fail("%.40q is no 32-bit integer", word)
	}
	return int32(v)
}

func (s *scanner) floats() (out []float32) {
	s.array(func() { out = append(out, s.float()) })
	return out
}

func (s *scanner) ints() (out []int32) {
	s.array(func() { out = append(out, s.int()) })
	return out
}

// flags reads 0 and 1, or false and true as XGBoost 1.x has it.
func (s *scanner) flags() (out []bool) {
	s.array(func() {
		switch word := s.word(); word {
		case "0", "false":
			out = append(out, false)
		case "1", "true":
			out = append(out, true)
		default:
			s.fail("%.40q is no flag", word)
		}
	})
	return out
}

func (s *scanner) length() (n int) {
	s.array(func() {
		s.skip()
		n++
	})
	return n
}

func (s *scanner) isString() bool { return s.peek() == '"' }

func (s *scanner) skip() { s.skipBelow(depth) }

func (s *scanner) skipBelow(depth int) {
	if depth == 0 {
		s.fail("nested too deep")
		return
	}
	switch s.peek() {
	case '{':
		s.object(func(string) { s.skipBelow(depth - 1) })
	case '[':
		s.array(func() { s.skipBelow(depth - 1) })
	case '"':
		_ = s.string()
	default:
		switch word := s.word(); word {
		case "true", "false", "null":
		default:
			if _, ok := parseFloat(word); !ok {
				s.fail("%.40q is no value", word)
			}
		}
	}
}
