package data

import (
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// The names that may become part of a path or of a query. Whatever a manifest
// says, nothing else reaches the file system.
var (
	datasetName = regexp.MustCompile(`^[a-z][a-z0-9_-]*$`)
	tableName   = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)
	columnName  = regexp.MustCompile(`^[A-Za-z0-9_]+$`)
)

// isDigest tells whether a text is a SHA-256 in lower-case hex.
func isDigest(s string) bool {
	if len(s) != 64 {
		return false
	}
	for i := range len(s) {
		if c := s[i]; (c < '0' || c > '9') && (c < 'a' || c > 'f') {
			return false
		}
	}
	return true
}

// isFileName tells whether a part that is no table may bear this name: it
// names a file in the directory it is in, and one that is not hidden.
func isFileName(name string) bool {
	return name != "" && name[0] != '.' && path.Base(name) == name && isPrintable(name) && !strings.Contains(name, `\`)
}

// isPartitionValue tells whether a value may be half of a directory's name.
func isPartitionValue(v string) bool {
	return v != "" && v[0] != '.' && isPrintable(v) && !strings.ContainsAny(v, `/=\%`)
}

// Plain is a text in UTF-8 without control characters, each of which, as each
// run of bytes that are no UTF-8, becomes a replacement character: what comes
// from a file does not command a terminal, and reads back as it was written.
func Plain(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) {
			return unicode.ReplacementChar
		}
		return r
	}, strings.ToValidUTF8(s, string(unicode.ReplacementChar)))
}

func isPrintable(s string) bool {
	return utf8.ValidString(s) && strings.IndexFunc(s, func(r rune) bool { return !unicode.IsPrint(r) }) < 0
}

// isPartPath tells whether a path stays below the store's data directory.
func isPartPath(p string) bool {
	return strings.HasPrefix(p, "data/") && path.Clean(p) == p && isPrintable(p) &&
		!strings.Contains(p, `\`) && filepath.IsLocal(filepath.FromSlash(p))
}
