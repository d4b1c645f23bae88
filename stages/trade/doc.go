// Package trade holds the one trading loop: it serves the backtest, and paper
// and live trading by other wiring of the same Run.
//
// The world is one hub market, BTC-USD, and any number of ALT-BTC markets that
// form one bucket of equal parts. A strategy says what shares of equity to
// hold in USD, BTC and ALT; dollars become alts through bitcoin, in two fills
// and for two fees.
//
// On each closed bar Run books fills, then marks, then lets the strategy
// decide, then submits:
//
//	bar t     open ───────────────── close    decided with what the close tells
//	bar t+1   open ───────────────── close    filled at the open, marked at the close
//
// An order therefore cannot fill in the bar that decided it. The old holding
// earns from the close of t to the open of t+1, the new one from there on.
//
// Instants are microseconds since 1970-01-01 UTC. Prices, notionals and fees
// are in the quote currency of their market, quantities in its first-named
// currency, weights, rates and returns are fractions.
package trade
