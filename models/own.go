package models

import (
	"bytes"
	"encoding/json"
	"fmt"
	"strings"

	"mantis/models/bayes"
	"mantis/models/linear"
)

// ownModel is a model of one of our formats.
type ownModel interface {
	Model
	NumClass() int
}

// own is a model that was read, or none at all: a nil pointer is none.
func own[M ownModel](m M, err error) (ownModel, error) {
	if err != nil {
		return nil, err
	}
	return m, nil
}

// ownFormats read the files of our own models, by the format that they name.
func ownFormats() map[string]func(file []byte) (ownModel, error) {
	readers := map[string]func(file []byte) (ownModel, error){
		constantFormat: func(file []byte) (ownModel, error) { return own(readConstant(file)) },
	}
	for _, f := range linear.Formats() {
		readers[f] = func(file []byte) (ownModel, error) { return own(linear.Read(file)) }
	}
	for _, f := range bayes.Formats() {
		readers[f] = func(file []byte) (ownModel, error) { return own(bayes.Read(file)) }
	}
	return readers
}

// ownFormat is the format that a file of ours names, empty for any other file. A
// file of ours is a JSON object whose first key is format.
func ownFormat(file []byte) string {
	dec := json.NewDecoder(bytes.NewReader(file))
	for _, want := range []json.Token{json.Delim('{'), "format"} {
		if got, err := dec.Token(); err != nil || got != want {
			return ""
		}
	}
	format, err := dec.Token()
	if s, ok := format.(string); ok && err == nil {
		return s
	}
	return ""
}

// decodeOwn reads a file of one of our formats.
func decodeOwn(format string, file []byte) (ownModel, error) {
	read, ok := ownFormats()[format]
	if !ok {
		return nil, fmt.Errorf("model file: format %.40q is none of mantis: it is of a newer one, or no model", format)
	}
	m, err := read(file)
	if err != nil {
		return nil, fmt.Errorf("model file: %w", err)
	}
	return m, nil
}

// inspectOwn says what a file of ours is.
func inspectOwn(format string, file []byte) (File, error) {
	m, err := decodeOwn(format, file)
	if err != nil {
		return File{}, err
	}
	of := strings.Split(format, "/") // mantis, what it is, and the version of its format
	names := m.Features()
	return File{
		Library: of[0], Format: "json", Version: of[2], Booster: of[1], Objective: "probabilities", Classes: m.NumClass(),
		Features: len(names), Rounds: 1, Parallel: 1, BaseScore: []float32{}, FeatureNames: names, FeatureTypes: []string{}, Attributes: map[string]string{},
	}, nil
}
