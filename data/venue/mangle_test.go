package venue

import (
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
)

// TestMangled reads samples that were mangled at random; MANTIS_MANGLED is how many.
func TestMangled(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv("MANTIS_MANGLED"))
	r := rand.New(rand.NewPCG(1, uint64(n)))
	bits := []string{"null", "[", "]", "{", "}", ",", "0", "-1", "1e400", "\"", "NaN", "17000064000000", "9223372036854775807", "\\u0000", "1", "-0", ":", "1700006400"}
	mangle := func(s string) string {
		b := []byte(s)
		for range 1 + r.IntN(4) {
			i := r.IntN(len(b) + 1)
			j := min(len(b), i+r.IntN(6))
			switch r.IntN(4) {
			case 0:
				b = append(b[:i:i], b[j:]...)
			case 1:
				b = append(append(b[:i:i], bits[r.IntN(len(bits))]...), b[j:]...)
			case 2:
				b = append(append(b[:j:j], b[i:j]...), b[j:]...)
			case 3:
				if i < len(b) {
					b[i] ^= 1 << r.IntN(8)
				}
			}
		}
		return string(b)
	}
	good := 0
	for range max(n, 2000) {
		for _, v := range All() {
			if raws, err := v.read([]byte(mangle(samples[v.Name].body))); err == nil {
				good++
				checkSift(t, raws)
			}
		}
		if raws, err := readArchive(zipped("x.csv", mangle(kline+"open"+kline)), 50); err == nil {
			good++
			checkSift(t, raws)
		}
		readArchive([]byte(mangle(string(zipped("x.csv", kline)))), 50)
		readEnv("f", []byte(mangle("export A=\"b\"\n# c\nD='e' # f")))
	}
	if good == 0 {
		t.Error("nothing was read")
	}
}
