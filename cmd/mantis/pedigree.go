package main

import (
	"errors"
	"fmt"

	"mantis/data"
)

// pedigree is a version and all that it was made from.
type pedigree struct {
	store    *data.Store
	versions []*data.Version // each once, after its inputs; the last is the one that was asked for
	outside  []data.Input    // bytes from outside the store, each once
	gone     []data.Input    // versions that are no longer in the store, each once

	known map[data.Input]*data.Version // nil for what is no version, or gone
}

// trace follows a version's inputs. An input that the store no longer has ends
// its branch.
func trace(store *data.Store, v *data.Version) (*pedigree, error) {
	p := &pedigree{store: store, known: map[data.Input]*data.Version{{Name: v.Dataset, ID: v.ID}: v}}
	return p, p.follow(v)
}

func (p *pedigree) follow(v *data.Version) error {
	for _, in := range v.Inputs {
		if _, ok := p.known[in]; ok {
			continue
		}
		p.known[in] = nil
		if in.Outside() {
			p.outside = append(p.outside, in)
			continue
		}
		parent, err := p.store.Load(in.Name, in.ID)
		if errors.Is(err, data.ErrNotFound) {
			p.gone = append(p.gone, in)
			continue
		}
		if err != nil {
			return err
		}
		p.known[in] = parent
		if err := p.follow(parent); err != nil {
			return err
		}
	}
	p.versions = append(p.versions, v)
	return nil
}

// last is the version that was asked for.
func (p *pedigree) last() *data.Version { return p.versions[len(p.versions)-1] }

// tree is the pedigree of one of its versions with every branch written out,
// as far as a version that has itself among its ancestors.
func (p *pedigree) tree(v *data.Version) ancestor { return p.branch(v, map[*data.Version]bool{}) }

func (p *pedigree) branch(v *data.Version, above map[*data.Version]bool) ancestor {
	above[v] = true
	defer delete(above, v)
	a := ancestor{Name: v.Dataset, ID: v.ID, Stage: fmt.Sprintf("%s code %d", v.Stage.Name, v.Stage.Code)}
	for _, in := range v.Inputs {
		if parent := p.known[in]; parent != nil && !above[parent] {
			a.From = append(a.From, p.branch(parent, above))
			continue
		}
		a.From = append(a.From, ancestor{Name: in.Name, ID: in.ID, Gone: p.known[in] == nil && !in.Outside()})
	}
	return a
}
