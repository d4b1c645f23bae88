package models

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"math"
)

// Digest is the SHA-256 of what a model is trained on: the names and values of
// the columns and the classes. Of two trainings with the same parameters and
// the same digest, one is enough.
func Digest(x Matrix, class []int32) string {
	h := sha256.New()
	fmt.Fprintf(h, "mantis/samples/1\x00%d\x00%d\x00", len(x.Cols), len(class))
	buf := make([]byte, 0, 4*len(class))
	for i, col := range x.Cols {
		fmt.Fprintf(h, "%s\x00", x.Names[i])
		buf = buf[:0]
		for _, v := range col {
			buf = binary.LittleEndian.AppendUint32(buf, math.Float32bits(v))
		}
		h.Write(buf)
	}
	buf = buf[:0]
	for _, k := range class {
		buf = binary.LittleEndian.AppendUint32(buf, uint32(k))
	}
	h.Write(buf)
	return hex.EncodeToString(h.Sum(nil))
}
