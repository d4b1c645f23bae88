package stages

import (
	"encoding/json"
	"strings"
)

// Names is a list in the parameters that may be written as one text, with commas
// between: features.add=rsi_14,macd.
type Names []string

// UnmarshalJSON reads a list of texts, or one text with commas.
func (n *Names) UnmarshalJSON(raw []byte) error {
	var text string
	if json.Unmarshal(raw, &text) != nil || string(raw) == "null" {
		return json.Unmarshal(raw, (*[]string)(n))
	}
	*n = Names{}
	for _, name := range strings.Split(text, ",") {
		*n = append(*n, strings.TrimSpace(name))
	}
	return nil
}
