// Package evidence asks what is left of a result after the search that found
// it: how probable it is that the best of many trials is no better than the
// rest, and how many of the trials were different from each other.
//
// Trials are series of returns over the same bars, one a configuration.
package evidence
