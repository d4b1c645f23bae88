package venue

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"mantis/data"
)

// list reads a list that a venue gives whole.
func (c *Client) list(ctx context.Context, v *Venue, path string, to any) error {
	return c.get(ctx, v, path, jsonMost, func(r *reply) error { return decode(r.body, to) })
}

// addPair adds a pair, unless mantis has no name for it, as for assets that are
// not spelled in letters and digits.
func addPair(pairs []Pair, base, quote, venue string, trading bool) []Pair {
	s, err := data.ParseSymbol(base + "-" + quote)
	if err != nil {
		return pairs
	}
	return append(pairs, Pair{s, venue, trading})
}

// assetsOfPairs are the assets of a venue that lists none but in its pairs.
func assetsOfPairs(ctx context.Context, c *Client, v *Venue) ([]Asset, error) {
	pairs, err := v.pairs(ctx, c, v)
	if err != nil {
		return nil, err
	}
	seen := map[string]bool{}
	var assets []Asset
	for _, p := range pairs {
		for _, name := range []string{p.Symbol.Base(), p.Symbol.Quote()} {
			if !seen[name] {
				seen[name] = true
				assets = append(assets, Asset{Asset: name, Venue: name})
			}
		}
	}
	return assets, nil
}

// Pairs are the markets of a venue, by symbol.
func (c *Client) Pairs(ctx context.Context, v *Venue) ([]Pair, error) {
	pairs, err := v.pairs(ctx, c, v)
	if err != nil {
		return nil, err
	}
	if len(pairs) == 0 {
		return nil, fmt.Errorf("%s: it lists no pairs", v.Name)
	}
	slices.SortFunc(pairs, func(a, b Pair) int {
		return cmp.Or(cmp.Compare(a.Symbol, b.Symbol), cmp.Compare(a.Venue, b.Venue))
	})
	return pairs, nil
}

// Assets are what a venue trades, by name.
func (c *Client) Assets(ctx context.Context, v *Venue) ([]Asset, error) {
	assets, err := v.assets(ctx, c, v)
	if err != nil {
		return nil, err
	}
	if len(assets) == 0 {
		return nil, fmt.Errorf("%s: it lists no assets", v.Name)
	}
	slices.SortFunc(assets, func(a, b Asset) int {
		return cmp.Or(cmp.Compare(a.Asset, b.Asset), cmp.Compare(a.Venue, b.Venue))
	})
	return assets, nil
}
