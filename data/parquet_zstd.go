package data

import (
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// pageLimit is the largest page that is written or read: far more than the
// profile's 256 KiB, for the sake of strings.
const pageLimit = 64 << 20

// The ways to compress a page. Blocks of 32 KiB hold one byte of every float of
// a full page of them. zstdFast stores a block in which nothing repeats as it is,
// zstdDense looks there too for bytes that are more frequent than others.
// zstdSmallest takes several times as long, over a whole page: it is for files
// that are compacted. All are safe for use by several goroutines.
var (
	zstdFast     = newCompressor(zstd.SpeedFastest, pageRows, false)
	zstdDense    = newCompressor(zstd.SpeedFastest, pageRows, true)
	zstdSmallest = newCompressor(zstd.SpeedBestCompression, 1<<20, true)
	zstdReader   = newDecompressor()
)

func newCompressor(level zstd.EncoderLevel, window int, everyBlock bool) *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(level), zstd.WithWindowSize(window),
		zstd.WithAllLitEntropyCompression(everyBlock), zstd.WithEncoderCRC(false), zstd.WithZeroFrames(true))
	if err != nil {
		panic("data: " + err.Error()) // options that cannot fail
	}
	return e
}

func newDecompressor() *zstd.Decoder {
	d, err := zstd.NewReader(nil, zstd.WithDecoderConcurrency(0), zstd.WithDecodeAllCapLimit(true), zstd.WithDecoderMaxWindow(pageLimit))
	if err != nil {
		panic("data: " + err.Error())
	}
	return d
}

// compress appends a page as one zstd frame. The page consists of streams of
// equal length.
func (b *pageBuffers) compress(dst, page []byte, streams int) []byte {
	if b.small {
		return zstdSmallest.EncodeAll(page, dst)
	}
	if uneven(page, streams) {
		return zstdDense.EncodeAll(page, dst)
	}
	return zstdFast.EncodeAll(page, dst)
}

// uneven guesses whether the bytes of a page could do with a fifth less bits,
// from how often two bytes of a stream are equal. It does not see repetitions
// of more than one byte: those are found either way.
func uneven(page []byte, streams int) bool {
	const samples, runs = 1024, 16
	n, product := len(page)/streams, 1.0
	if n < samples {
		return true
	}
	for s := range streams {
		var count [256]int
		for i := range runs {
			at := s*n + i*(n/runs)
			for _, b := range page[at : at+samples/runs] {
				count[b]++
			}
		}
		pairs := 0
		for _, c := range count {
			pairs += c * (c - 1)
		}
		often := float64(pairs) * 256 / (samples * (samples - 1)) // 1 for even bytes, 256 for one byte only
		product = float64(product * often / 3)                    // a fifth of eight bits are 1.6, and two to that is 3
	}
	return product > 1
}

// decompress decodes a page's one frame into dst, which has the page's size. It
// looks at the frame's headers before it lets the decoder see them.
func decompress(dst, frame []byte) error {
	if err := checkFrame(frame, int64(len(dst))); err != nil {
		return err
	}
	out, err := zstdReader.DecodeAll(frame, dst[:0:len(dst)])
	if err == nil && len(out) != len(dst) {
		err = fmt.Errorf("a page of %d bytes, want %d", len(out), len(dst))
	}
	return err
}

// checkFrame holds the header of a page's one zstd frame against the page's
// size, and walks the frame's blocks to its end.
func checkFrame(b []byte, size int64) error {
	var h zstd.Header
	if err := h.Decode(b); err != nil || h.Skippable || h.FrameContentSize > uint64(size) || h.WindowSize > pageLimit {
		return fmt.Errorf("no frame for a page of %d bytes", size)
	}
	at := h.HeaderSize
	for last := false; !last; {
		if at+3 > len(b) {
			return errTorn
		}
		head := int(b[at]) | int(b[at+1])<<8 | int(b[at+2])<<16
		if last = head&1 == 1; !last && !h.HasFCS { // short frames do not tell their size
			return errors.New("a frame of unknown size has more than one block")
		}
		if at += 3; head>>1&3 == 1 { // one byte, repeated
			at++
		} else {
			at += head >> 3
		}
	}
	if h.HasCheckSum {
		at += 4
	}
	if at != len(b) {
		return fmt.Errorf("a frame of %d bytes in %d", at, len(b))
	}
	return nil
}
