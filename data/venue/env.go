package venue

import (
	"bufio"
	"bytes"
	"errors"
	"io/fs"
	"os"
	"strings"

	"mantis/data"
)

// envMost is more than any file of keys has bytes.
const envMost = 1 << 16

// Environment looks keys up in the environment, and what is not there in a file of
// lines NAME=value, if there is one. Lines may begin with export, values be
// quoted; # begins a comment. No error of it shows a value.
func Environment(file string) (func(name string) string, error) {
	kept := map[string]string{}
	content, err := os.ReadFile(file)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, err
	case len(content) > envMost:
		return nil, &data.InputError{File: file, Reason: "too long for a file of keys"}
	default:
		if kept, err = readEnv(file, content); err != nil {
			return nil, err
		}
	}
	return func(name string) string {
		if v := os.Getenv(name); v != "" {
			return v
		}
		return kept[name]
	}, nil
}

func readEnv(file string, content []byte) (map[string]string, error) {
	kept := map[string]string{}
	lines := bufio.NewScanner(bytes.NewReader(bytes.TrimPrefix(content, []byte("\ufeff"))))
	lines.Buffer(nil, envMost+1)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		if line == "" || line[0] == '#' {
			continue
		}
		name, value, ok := strings.Cut(strings.TrimPrefix(line, "export "), "=")
		if name = strings.TrimSpace(name); !ok || name == "" || strings.ContainsAny(name, " \t") {
			return nil, &data.InputError{File: file, Line: n, Reason: "no NAME=value", Hint: "a line of " + file + " is NAME=value, empty, or begins with #"}
		}
		kept[name] = bare(strings.TrimSpace(value))
	}
	return kept, nil
}

// bare is a value without quotes, or without the comment behind it.
func bare(value string) string {
	if n := len(value); n >= 2 && (value[0] == '"' || value[0] == '\'') {
		if end := strings.IndexByte(value[1:], value[0]); end >= 0 {
			return value[1 : 1+end]
		}
		return value
	}
	if i := strings.Index(value, " #"); i >= 0 {
		value = strings.TrimSpace(value[:i])
	}
	return value
}

// URLVariable names the environment variable that stands for a venue's address,
// for tests and mirrors: MANTIS_VENUE_URL_BINANCE.
func URLVariable(v *Venue) string {
	name, _, _ := strings.Cut(v.Name, ":")
	return "MANTIS_VENUE_URL_" + strings.ToUpper(name)
}
