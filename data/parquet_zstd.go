package data

import (
	"errors"
	"fmt"

	"github.com/klauspost/compress/zstd"
)

// pageLimit is the largest page that is written or read: far more than the
// profile's 256 KiB, for the sake of strings.
const pageLimit = 64 << 20

// What compresses and decompresses a page in zstd's own way. Both are safe for
// use by several goroutines. Blocks of 32 KiB do not mix the bytes of a page of
// floats that is split.
var (
	zstdWriter = newCompressor(zstd.SpeedFastest, 32<<10)
	zstdReader = newDecompressor()
)

// zstdSmall takes several times as long, over a whole page: it is for files that
// are compacted.
var zstdSmall = newCompressor(zstd.SpeedBestCompression, 1<<20)

// zstd is what compresses a page that is no page of floats.
func (b *pageBuffers) zstd() *zstd.Encoder {
	if b.small {
		return zstdSmall
	}
	return zstdWriter
}

func newCompressor(level zstd.EncoderLevel, window int) *zstd.Encoder {
	e, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(level), zstd.WithWindowSize(window),
		zstd.WithAllLitEntropyCompression(true), zstd.WithEncoderCRC(false), zstd.WithZeroFrames(true))
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
