package data

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// InputError says what is wrong with something a user gave, where, and what
// to do about it. Zero fields are left out of the message.
type InputError struct {
	File   string // the file as the user spelled it
	Line   int    // 1-based line or row
	Column string // the column's own name
	Value  string // the offending value as written
	Reason string // what is wrong
	Hint   string // what to do
}

// Error is one line: file:line: column "value": reason.
func (e *InputError) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ":%d", e.Line)
		}
		b.WriteString(": ")
	} else if e.Line > 0 {
		fmt.Fprintf(&b, "row %d: ", e.Line)
	}
	var at []string
	if e.Column != "" {
		at = append(at, e.Column)
	}
	if e.Value != "" {
		at = append(at, strconv.Quote(e.Value))
	}
	if len(at) > 0 {
		b.WriteString(strings.Join(at, " ") + ": ")
	}
	b.WriteString(e.Reason)
	return b.String()
}

// Hint is the advice that travels with an error, the outermost first, or "".
func Hint(err error) string {
	var h *hinted
	if errors.As(err, &h) {
		return h.hint
	}
	var in *InputError
	if errors.As(err, &in) {
		return in.Hint
	}
	return ""
}

// WithHint adds advice to an error.
func WithHint(err error, hint string) error { return &hinted{err, hint} }

type hinted struct {
	error
	hint string
}

// Unwrap is the error without its advice.
func (h *hinted) Unwrap() error { return h.error }
