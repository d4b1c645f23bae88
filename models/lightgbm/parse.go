package lightgbm

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// maxClasses is the largest number of classes of a model.
const maxClasses = 1024

// section is a run of lines key=value. A line without = is a key alone.
type section map[string]string

// cutLine returns the first line of a text without its end, and the rest.
func cutLine(text string) (line, rest string, ok bool) {
	line, rest, ok = strings.Cut(text, "\n")
	return strings.TrimSuffix(line, "\r"), rest, ok
}

// cutSection reads the lines up to an empty one.
func cutSection(text string) (section, string, error) {
	s := section{}
	for {
		line, rest, ok := cutLine(text)
		if !ok {
			return nil, "", errors.New("the file ends within a section")
		}
		text = rest
		if line == "" {
			return s, text, nil
		}
		key, value, _ := strings.Cut(line, "=")
		if _, twice := s[key]; twice {
			return nil, "", fmt.Errorf("%.40q comes twice in a section", key)
		}
		s[key] = value
	}
}

// int reads a whole number between two others.
func (s section) int(key string, low, high int) (int, error) {
	text, ok := s[key]
	if !ok {
		return 0, fmt.Errorf("%s is missing", key)
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < low || n > high {
		return 0, fmt.Errorf("%s is %.40q: want %d to %d", key, text, low, high)
	}
	return n, nil
}

// list reads n values by parse.
func list[T any](s section, key string, n int, parse func(string) (T, error)) ([]T, error) {
	words := strings.Fields(s[key])
	if len(words) != n {
		return nil, fmt.Errorf("%s has %d values, want %d", key, len(words), n)
	}
	out := make([]T, n)
	for i, w := range words {
		var err error
		if out[i], err = parse(w); err != nil {
			return nil, fmt.Errorf("%s: value %d is %.40q", key, i, w)
		}
	}
	return out, nil
}

func parseInt(w string) (int32, error) {
	n, err := strconv.ParseInt(w, 10, 32)
	return int32(n), err
}

// parseFloat reads a number, or an infinity that is written as one.
func parseFloat(w string) (float64, error) {
	v, err := strconv.ParseFloat(w, 64)
	if v != v || strings.ContainsAny(w, "xXpP_") {
		return 0, errors.New("no number")
	}
	return v, err
}

// parse reads and checks a whole file.
func parse(text string) (*Model, error) {
	if !utf8.ValidString(text) {
		return nil, errors.New("the file is not UTF-8")
	}
	line, rest, _ := cutLine(text)
	if line != "tree" {
		return nil, errors.New("this is no LightGBM text model: its first line is not \"tree\"")
	}
	head, rest, err := cutSection(rest)
	if err != nil {
		return nil, err
	}
	m, err := parseHead(head)
	if err != nil {
		return nil, err
	}
	sizes, err := list(head, "tree_sizes", len(strings.Fields(head["tree_sizes"])), strconv.Atoi)
	if err != nil {
		return nil, err
	}
	if len(sizes) == 0 || len(sizes)%m.classes != 0 {
		return nil, fmt.Errorf("%d trees for %d classes", len(sizes), m.classes)
	}
	rest = strings.TrimLeft(rest, "\r\n")
	for i, size := range sizes {
		if size < 0 || size > len(rest) {
			return nil, fmt.Errorf("tree %d takes %d bytes, and there are %d to come", i, size, len(rest))
		}
		t, err := parseTree(rest[:size], i, len(m.names))
		if err != nil {
			return nil, fmt.Errorf("tree %d: %w", i, err)
		}
		m.trees, rest = append(m.trees, t), rest[size:]
	}
	if line, _, _ := cutLine(rest); line != "end of trees" {
		return nil, fmt.Errorf("after %d trees there is %.40q, want \"end of trees\": tree_sizes is wrong, or the file was changed", len(sizes), line)
	}
	return m, nil
}

// parseHead reads what comes before the trees.
func parseHead(s section) (*Model, error) {
	m := &Model{version: s["version"]}
	if m.version != "v2" && m.version != "v3" && m.version != "v4" {
		return nil, fmt.Errorf("version is %.40q: want v2, v3 or v4", m.version)
	}
	var err error
	if m.classes, err = s.int("num_class", 1, maxClasses); err != nil {
		return nil, err
	}
	if _, err := s.int("num_tree_per_iteration", m.classes, m.classes); err != nil {
		return nil, err
	}
	m.names = strings.Fields(s["feature_names"])
	if len(m.names) == 0 {
		return nil, errors.New("feature_names is missing")
	}
	if _, err := s.int("max_feature_idx", len(m.names)-1, len(m.names)-1); err != nil {
		return nil, fmt.Errorf("%w, for %d feature names", err, len(m.names))
	}
	seen := make(map[string]bool, len(m.names))
	for _, name := range m.names {
		if seen[name] {
			return nil, fmt.Errorf("feature name %.40q comes twice", name)
		}
		seen[name] = true
	}
	_, m.average = s["average_output"]
	return m, m.parseObjective(s["objective"])
}

// parseObjective settles what the margins mean.
func (m *Model) parseObjective(text string) error {
	words := strings.Fields(text)
	if len(words) == 0 {
		return errors.New("objective is missing: what the margins mean is not known")
	}
	m.objective = words[0]
	setting := func(key string) (string, bool) {
		for _, w := range words[1:] {
			if k, v, ok := strings.Cut(w, ":"); ok && k == key {
				return v, true
			}
		}
		return "", false
	}
	several := false
	switch m.objective {
	case "regression", "regression_l1", "huber", "fair", "poisson", "quantile", "mape", "gamma", "tweedie", "cross_entropy":
	case "binary":
		text, _ := setting("sigmoid")
		v, err := parseFloat(text)
		if err != nil || v <= 0 || v > 1e6 {
			return fmt.Errorf("objective binary has sigmoid %.40q", text)
		}
		m.sigmoid = v
	case "multiclass":
		several = true
		if n, _ := setting("num_class"); n != strconv.Itoa(m.classes) {
			return fmt.Errorf("objective multiclass has num_class %.40q, the model %d", n, m.classes)
		}
	default:
		return fmt.Errorf("objective %.40q is not known: what its margins mean is not", m.objective)
	}
	if several != (m.classes > 1) {
		return fmt.Errorf("num_class is %d with objective %s", m.classes, m.objective)
	}
	return nil
}
