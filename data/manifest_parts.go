package data

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"
)

// unmarshalManifest is json.Unmarshal into a version. Nearly all of a large
// manifest is its list of parts, in the lines in which encode writes it: those
// are read here, ten times as fast. Whatever stands there in another way is left
// to the library.
func unmarshalManifest(raw []byte) (*Version, error) {
	const open, close = "\n \"parts\": [", "\n ],"
	at := bytes.Index(raw, []byte(open))
	if at >= 0 {
		at += len(open)
		if n := bytes.Index(raw[at:], []byte(close)); n > 0 {
			var v Version
			parts, ok := readParts(string(raw[at : at+n]))
			if ok && json.Unmarshal(append(bytes.Clone(raw[:at]), raw[at+n:]...), &v) == nil && v.Parts != nil && len(v.Parts) == 0 {
				v.Parts = parts
				return &v, nil
			}
		}
	}
	var v Version
	if err := json.Unmarshal(raw, &v); err != nil {
		return nil, err
	}
	return &v, nil
}

// readParts reads the list between its brackets.
func readParts(s string) (parts []Part, ok bool) {
	parts = make([]Part, 0, strings.Count(s, "\n  {\n"))
	for {
		if s, ok = strings.CutPrefix(s, "\n  {\n"); !ok {
			return nil, false
		}
		var p Part
		for more := true; more; {
			var line string
			if line, s, ok = strings.Cut(s, "\n"); !ok {
				return nil, false
			}
			if line, more = strings.CutSuffix(line, ","); !p.readLine(line) {
				return nil, false
			}
		}
		parts = append(parts, p)
		if s == "  }" {
			return parts, true
		}
		if s, ok = strings.CutPrefix(s, "  },"); !ok {
			return nil, false
		}
	}
}

// readLine reads one field of a part.
func (p *Part) readLine(line string) bool {
	name, value, ok := strings.Cut(line, ": ")
	if !ok {
		return false
	}
	switch name {
	case `   "table"`:
		return plainText(value, &p.Table)
	case `   "key"`:
		return plainText(value, &p.Key)
	case `   "content"`:
		return plainText(value, &p.Content)
	case `   "path"`:
		return plainText(value, &p.Path)
	case `   "sha256"`:
		return plainText(value, &p.SHA256)
	case `   "rows"`:
		var rows int64
		ok = plainInt(value, &rows)
		p.Rows = int(rows)
		return ok
	case `   "first"`:
		return plainInt(value, &p.First)
	case `   "last"`:
		return plainInt(value, &p.Last)
	case `   "bytes"`:
		return plainInt(value, &p.Bytes)
	}
	return false
}

// plainText reads a JSON text in which each byte stands for itself.
func plainText(value string, into *string) bool {
	n := len(value) - 1
	if n < 1 || value[0] != '"' || value[n] != '"' {
		return false
	}
	*into = value[1:n]
	for i := 1; i < n; i++ {
		if c := value[i]; c < ' ' || c >= 0x7f || c == '"' || c == '\\' {
			return false
		}
	}
	return true
}

// plainInt reads a whole number as JSON writes it.
func plainInt(value string, into *int64) bool {
	n, err := strconv.ParseInt(value, 10, 64)
	*into = n
	return err == nil && strconv.FormatInt(n, 10) == value
}
