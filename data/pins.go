package data

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path"
	"strings"
	"sync"
	"time"
)

// Pin is the lease of somebody at work in a store whose place has no locks: an
// object below pins. It is good for a while from when it was written last, by
// the place's clock; who holds it writes it again in time, removes it at its
// end, and says so before anything becomes visible. A run may use anything that
// lies in the store, also what no ref leads to: what an action or a memo names,
// and objects whose bytes it makes again. So it holds off all clearing, and a
// clearing holds off every run.
type Pin struct {
	ID      string    `json:"-"`
	For     string    `json:"for"` // "write" or "gc"
	By      string    `json:"by"`  // for people
	Seconds int       `json:"seconds"`
	Renewal int       `json:"renewal"` // how often it was written again
	Written time.Time `json:"-"`       // by the place's clock

	raw []byte
}

// lease is how long a pin is good for. A process that sleeps longer finds on
// waking that it has lost it.
const lease = time.Hour

// clears marks the pin of a clearing.
const clears = "gc"

// ended is the content of a pin that somebody else found to have run out.
var ended = []byte("{\"for\":\"nothing\"}\n")

// errLease says that a process has lost its pin.
var errLease = WithHint(errors.New("this process slept longer than its pin was good for, and the store may have been cleared meanwhile"), "run again")

func pinName(id string) string { return "pins/" + id + ".json" }

// Expires is when the pin is good no more, unless it is written again.
func (p Pin) Expires() time.Time { return p.Written.Add(time.Duration(p.Seconds) * time.Second) }

// held is a pin of this process, or nil, which is a lock that the place gave.
type held struct {
	place Place
	mu    sync.Mutex
	pin   Pin
	lost  error
	stop  context.CancelFunc
}

// holdPin writes a pin and renews it until it is let go.
func holdPin(place Place, purpose string) (*held, error) {
	var id [8]byte
	rand.Read(id[:])
	host, _ := os.Hostname()
	h := &held{place: place, pin: Pin{ID: hex.EncodeToString(id[:]), For: purpose, By: fmt.Sprintf("process %d on %s", os.Getpid(), host), Seconds: int(lease / time.Second), Renewal: -1}}
	if err := h.renew(); err != nil {
		return nil, err
	}
	ctx, stop := context.WithCancel(context.Background())
	h.stop = stop
	go func() {
		for {
			select {
			case <-ctx.Done():
				return
			case <-time.After(lease / 4):
				h.renew() // what comes of it is asked for before it matters
			}
		}
	}()
	return h, nil
}

// renew writes the pin again, or says that it was lost: then nothing may become
// visible any more that was begun under it.
func (h *held) renew() error {
	if h == nil {
		return nil
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.lost != nil {
		return h.lost
	}
	next := h.pin
	next.Renewal++
	raw, err := json.Marshal(next)
	if err != nil {
		return err
	}
	raw = append(raw, '\n')
	err = h.place.Swap(pinName(next.ID), h.pin.raw, raw)
	if err != nil {
		now, reading := h.place.Read(pinName(next.ID))
		switch {
		case reading == nil && string(now) == string(raw): // it took effect all the same
		case errors.Is(err, ErrChanged):
			h.lost = errLease
			return h.lost
		default:
			return err
		}
	}
	if object, stat := h.place.Stat(pinName(next.ID)); stat == nil {
		next.Written = object.Modified
	}
	next.raw = raw
	h.pin = next
	return nil
}

// now is the place's clock when the pin was written last.
func (h *held) now() time.Time {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.pin.Written
}

// release takes the pin away.
func (h *held) release() error {
	h.stop()
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.lost != nil {
		return h.lost
	}
	h.lost = errLease
	return h.place.Remove(pinName(h.pin.ID))
}

// pins lists the pins of others that are good still. Those that have run out it
// ends, so that who held one learns of it, and removes.
func (s *Store) pins(mine *held) (live []Pin, err error) {
	objects, err := s.place.List("pins/")
	if err != nil {
		return nil, err
	}
	now := mine.now()
	for _, o := range objects {
		id := strings.TrimSuffix(path.Base(o.Name), ".json")
		if id == mine.pin.ID || s.lease != nil && id == s.lease.pin.ID {
			continue
		}
		raw, err := s.place.Read(o.Name)
		if err != nil {
			continue // it went away
		}
		p := Pin{Seconds: int(lease / time.Second)} // of one that cannot be read
		json.Unmarshal(raw, &p)
		p.ID, p.Written = id, o.Modified
		if s.dir == nil && now.Before(p.Expires()) && p.For != "nothing" { // who has a directory's lock is alone
			live = append(live, p)
			continue
		}
		if err := s.place.Swap(o.Name, raw, ended); errors.Is(err, ErrChanged) {
			live = append(live, p)
			continue
		} else if err != nil {
			return nil, err
		}
		if err := s.place.Remove(o.Name); err != nil {
			return nil, err
		}
	}
	return live, nil
}

// pinned writes the pin of a run, unless somebody is clearing the store; who
// has time waits for that.
func (s *Store) pinned(ctx context.Context, wait bool) error {
	for {
		mine, err := holdPin(s.place, "write")
		if err != nil {
			return err
		}
		live, err := s.pins(mine)
		var clearing *Pin
		for i, p := range live {
			if p.For == clears {
				clearing = &live[i]
			}
		}
		if err == nil && clearing == nil {
			s.lease = mine
			return nil
		}
		if let := mine.release(); err == nil && let != nil {
			err = let
		}
		if err != nil {
			return err
		}
		if !wait {
			return WithHint(fmt.Errorf("%s is clearing it", clearing.By), "wait for it with --wait; or, if it died, until "+Stamp(clearing.Expires().UnixMicro()))
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * lockPause):
		}
	}
}
