package data

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"hash"
	"io"
	"sync"
)

// Range is the bytes of a file from one place up to, and not including, another.
type Range struct{ From, To int64 }

// Sum is what the bytes of a file were, all of them read once.
type Sum struct {
	SHA256 string // of all bytes
	Ranges []Range
	Each   []string // SHA-256 of each range
	Rest   string   // SHA-256 of the bytes in no range
}

// Cut says which ranges of a file are to have a digest of their own: ascending,
// and none in another. It may read what it needs to know that.
type Cut func(in io.ReaderAt, size int64) []Range

// sumBlock is how much of a file is read at a time.
const sumBlock = 1 << 20

// sum reads all there is. The digest of the whole is made beside those of the
// ranges; without ranges there is no rest either.
func sum(in io.Reader, ranges []Range) (*Sum, error) { return sumWith(sha256.New(), in, ranges) }

// sumWith makes the digests of the ranges in its own way.
func sumWith(piece hash.Hash, in io.Reader, ranges []Range) (*Sum, error) {
	out := &Sum{Ranges: ranges}
	whole, pieces := sha256.New(), pieces{ranges: ranges, piece: piece, rest: sha256.New()}
	block := make([]byte, sumBlock)
	for {
		n, err := io.ReadFull(in, block)
		var beside sync.WaitGroup
		if len(ranges) > 0 {
			beside.Add(1)
			go func() {
				defer beside.Done()
				pieces.write(block[:n])
			}()
		}
		whole.Write(block[:n])
		beside.Wait()
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			break
		}
		if err != nil {
			return nil, err
		}
	}
	out.SHA256 = hex.EncodeToString(whole.Sum(nil))
	if len(ranges) > 0 {
		out.Each, out.Rest = pieces.each, hex.EncodeToString(pieces.rest.Sum(nil))
		for len(out.Each) < len(ranges) { // a file that became shorter
			out.Each = append(out.Each, "")
		}
	}
	return out, nil
}

// pieces digests ranges of what is written to it, and all else as the rest.
type pieces struct {
	ranges      []Range // those that have not ended
	at          int64
	piece, rest hash.Hash
	each        []string
}

func (p *pieces) write(b []byte) {
	for len(b) > 0 {
		n, to := int64(len(b)), p.rest
		if len(p.ranges) > 0 {
			if r := p.ranges[0]; p.at < r.From {
				n = min(n, r.From-p.at)
			} else {
				n, to = min(n, r.To-p.at), p.piece
			}
		}
		to.Write(b[:n])
		p.at, b = p.at+n, b[n:]
		for len(p.ranges) > 0 && p.at >= p.ranges[0].To {
			p.each = append(p.each, hex.EncodeToString(p.piece.Sum(nil)))
			p.piece.Reset()
			p.ranges = p.ranges[1:]
		}
	}
}
