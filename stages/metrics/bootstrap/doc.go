// Package bootstrap draws new histories from one that was seen.
//
// The stationary bootstrap of Politis and Romano (1994) takes runs of
// consecutive bars that begin anywhere and whose lengths are geometric, one
// behind the other, until there are as many bars as there were; behind the last
// bar comes the first. What depends on the bars just before, clusters of
// volatility above all, lives on within a run.
//
// A resample is a function of the seed and of its number alone: they may be
// drawn in any order and on any number of processors.
package bootstrap
