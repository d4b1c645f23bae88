// Package trade holds the one trading loop: it serves the backtest, and paper
// and live trading by other wiring of the same Run.
//
// The world is one hub market, BTC-USD, and any number of ALT-BTC markets that
// form one bucket, of equal parts or by weight; alts may be listed and taken off
// in the middle. A strategy says what shares of equity to hold in USD, BTC and
// ALT; dollars become alts through bitcoin, in two fills and for two fees.
//
// On each closed bar Run books fills, then pays taxes, then marks, then lets the
// strategy decide, then submits:
//
//	bar t     open ───────────────── close    decided with what the close tells
//	bar t+1   open ───────────────── close    filled at the open, marked at the close
//
// An order therefore cannot fill in the bar that decided it. The old holding
// earns from the close of t to the open of t+1, the new one from there on.
//
// The ledger counts in exact money (package money): what is planned in floats is
// rounded when it is filled, quantities down, notional and fee half to even, and
// what is left over stays cash. Equity, in dollars and in bitcoin, is the sum of
// what is held at the marks, less taxes owed. It can keep lots: by the first,
// the last, the dearest or the average cost, with the gain of each disposal, its
// holding class, and years that are netted, carried on and paid for.
//
// Broker, strategy and ledger are told apart so that each rule has one place:
// Costs and Rules what a market costs and allows, Patient what a strategy leaves
// out, Taxes what gains cost.
//
// Instants are microseconds since 1970-01-01 UTC. Prices, notionals and fees
// are in the quote currency of their market, quantities in its first-named
// currency, weights, rates and returns are fractions.
package trade
