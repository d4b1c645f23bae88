package main

import (
	"strconv"
	"strings"

	"github.com/rogpeppe/go-internal/testscript"

	"mantis/data"
	"mantis/data/venue/venuetest"
)

// atVenues is the server that a script has started.
type atVenues struct{ *venuetest.Server }

// venues starts all venues on loopback, and tells mantis where they are:
// `venues 2024-03-09T12:34:56Z SYMBOL…`.
func venues(ts *testscript.TestScript, _ bool, args []string) {
	var symbols []data.Symbol
	for _, s := range args[1:] {
		symbols = append(symbols, data.Symbol(s))
	}
	s := venuetest.Start(venuetest.NewMarket(symbols...), args[0])
	ts.Defer(s.Close)
	ts.Value("venues").(*atVenues).Server = s
	for _, e := range s.Environ() {
		name, value, _ := strings.Cut(e, "=")
		ts.Setenv(name, value)
	}
}

// fault lets requests of a kind fail at the venues from now on:
// `fault KIND STATUS [BODY]`; a status of 0 ends it.
func fault(ts *testscript.TestScript, _ bool, args []string) {
	status, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Value("venues").(*atVenues).SetFault(func(a venuetest.Asked) venuetest.Fault {
		if a.Kind != args[0] {
			return venuetest.Fault{}
		}
		return venuetest.Fault{Status: status, Body: strings.Join(args[2:], " ")}
	})
}
