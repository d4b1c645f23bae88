package market

import (
	"fmt"
	"path"
	"strings"

	"mantis/data"
)

// CheckSum holds sum, the SHA-256 of a file, against a list of sums like the
// NAME.CHECKSUM file that Binance puts beside each archive: lines of a sum in
// hexadecimal and a file's name. It fails where the sums differ, and where the
// list has none for the file.
func CheckSum(name, sum string, list []byte) error {
	base := path.Base(strings.ReplaceAll(name, `\`, "/"))
	for rest := list; len(rest) > 0; {
		var line []byte
		line, rest = cutLine(rest)
		words := strings.Fields(string(line))
		if len(words) != 2 || path.Base(strings.TrimPrefix(words[1], "*")) != base {
			continue
		}
		if !strings.EqualFold(words[0], sum) {
			return &data.InputError{File: name, Value: clip(words[0]), Reason: fmt.Sprintf("the checksum beside it says another SHA-256 than its own, %s", sum),
				Hint: "fetch both again: the venue may have corrected the file"}
		}
		return nil
	}
	return &data.InputError{File: name, Reason: "the list of checksums has none for it", Hint: "fetch the checksum that belongs to the file"}
}
