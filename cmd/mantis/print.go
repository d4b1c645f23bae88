package main

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"text/tabwriter"

	"mantis/data"
	"mantis/stages"
)

// print writes the result for people.
func (r *result) print(g *global) error {
	var b strings.Builder
	if r.Simulated {
		b.WriteString("SIMULATED MARKET: no price below was ever paid\n\n")
	}
	r.printDatasets(&b)
	for _, f := range r.Folds {
		fmt.Fprintf(&b, "%s\n", f)
	}
	b.WriteString("\n")
	r.printScores(&b)
	r.printClasses(&b)
	r.printPerformance(&b)
	r.printSharpe(&b)
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	printText(&b, "\nassumed", func(t io.Writer) {
		for _, a := range r.assumptions {
			fmt.Fprintf(t, "  %s\t%s\n", a[0], a[1])
		}
	})
	b.WriteString("\n")
	fmt.Fprintf(&b, "report    %s\ndatasets  %s\nquery     %s\n", r.Report, r.datasets, r.Query)
	if r.Ran == 0 {
		fmt.Fprintf(&b, "\nnothing to do: all %d datasets are up to date (%s)\n", len(r.Datasets), seconds(r.took))
	} else {
		fmt.Fprintf(&b, "\n%d of %d datasets made in %s\n", r.Ran, len(r.Datasets), seconds(r.took))
	}
	_, err := io.WriteString(g.out, b.String())
	return err
}

func (r *result) printDatasets(w io.Writer) {
	printTable(w, "dataset\trows\tfirst\tlast\tversion\t", func(t io.Writer) {
		for _, d := range r.Datasets {
			what := d.ID[:8]
			if d.Made {
				what += " new"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t\n", d.Name, data.Thousands(d.Rows), d.First, d.Last, what)
		}
	})
}

// printScores shows the scores of all classes together.
func (r *result) printScores(w io.Writer) {
	var names, columns []string
	cells := map[[2]string]string{}
	for _, s := range r.Scores {
		if s.Class != 0 {
			continue
		}
		names, columns = appendNew(names, s.Name), appendNew(columns, s.Score)
		cells[[2]string{s.Name, s.Score}] = number(s.Value, 4)
	}
	rows := int64(0)
	if len(r.Scores) > 0 {
		rows = r.Scores[0].Rows
	}
	printTable(w, fmt.Sprintf("on %s test bars\t%s\t", data.Thousands(int(rows)), strings.Join(columns, "\t")), func(t io.Writer) {
		for _, n := range names {
			fmt.Fprintf(t, "%s", n)
			for _, c := range columns {
				fmt.Fprintf(t, "\t%s", cells[[2]string{n, c}])
			}
			fmt.Fprint(t, "\t\n")
		}
	})
}

// printClasses shows the scores of the model class by class, and beside them
// what it predicted for the bars of each realised class.
func (r *result) printClasses(w io.Writer) {
	var columns []string
	cells := map[int64][]string{}
	for _, s := range r.Scores {
		if s.Name == stages.ScoredModel && s.Class > 0 {
			columns = appendNew(columns, s.Score)
			cells[s.Class] = append(cells[s.Class], number(s.Value, 4))
		}
	}
	head := "realised\t" + strings.Join(columns, "\t")
	for k := range r.Confusion {
		head += fmt.Sprintf("\tpredicted %d", k+1)
	}
	printTable(w, head+"\t", func(t io.Writer) {
		for k, row := range r.Confusion {
			fmt.Fprintf(t, "%d %s\t%s", k+1, r.classes[k], strings.Join(cells[int64(k+1)], "\t"))
			for _, n := range row {
				fmt.Fprintf(t, "\t%s", data.Thousands(int(n)))
			}
			fmt.Fprint(t, "\t\n")
		}
	})
}

// firstLook is the measures that a first look wants, under short heads.
var firstLook = [][2]string{
	{"final_value", "final"}, {"cumulative_return", "return"}, {"annual_return", "a year"}, {"annual_volatility", "volatility"},
	{"sharpe", "Sharpe"}, {"probabilistic_sharpe", "PSR"}, {"deflated_sharpe", "DSR"}, {"sortino", "Sortino"}, {"max_drawdown", "max drawdown"}, {"turnover_annual", "turnover a year"}, {"fees_usd", "fees, USD"},
}

// printPerformance shows the strategy beside its baselines, in USD and in BTC:
// what is known of any of them, and how sure the strategy's Sharpe ratio is.
func (r *result) printPerformance(w io.Writer) {
	var portfolios, heads []string
	cells, known := map[[3]string]string{}, map[string]bool{}
	for _, p := range r.Performance {
		portfolios = appendNew(portfolios, p.Portfolio)
		cells[[3]string{p.Portfolio, p.Currency, p.Metric}] = measure(p)
		known[p.Metric] = known[p.Metric] || p.Value != nil
	}
	var shown [][2]string
	for _, m := range firstLook {
		if known[m[0]] {
			heads, shown = append(heads, m[1]), append(shown, m)
		}
	}
	for _, currency := range []string{"USD", "BTC"} {
		printTable(w, fmt.Sprintf("in %s\t%s\t", currency, strings.Join(heads, "\t")), func(t io.Writer) {
			for _, p := range portfolios {
				fmt.Fprint(t, p)
				for _, m := range shown {
					fmt.Fprintf(t, "\t%s", cells[[3]string{p, currency, m[0]}])
				}
				fmt.Fprint(t, "\t\n")
			}
		})
	}
}

// printSharpe says how far the strategy's Sharpe ratio may be off.
func (r *result) printSharpe(w io.Writer) {
	for _, p := range r.Performance {
		if p.Metric == "sharpe" && p.Portfolio == r.Performance[0].Portfolio && p.Value != nil && p.SE != nil && p.Low != nil {
			fmt.Fprintf(w, "Sharpe of the %s in %s: %s, standard error %s, interval %s to %s\n", p.Portfolio, p.Currency,
				number(p.Value, 2), number(p.SE, 2), number(p.Low, 2), number(p.High, 2))
		}
	}
}

// measure writes a row of the performance in its unit.
func measure(p stages.PerformanceRow) string {
	switch {
	case p.Value == nil:
		return "-"
	case p.Metric == "turnover_annual":
		return number(p.Value, 1) + "x"
	case p.Unit == "fraction":
		percent := *p.Value * 100
		return number(&percent, 1) + " %"
	case p.Unit == "currency" && p.Currency == "BTC" && p.Metric != "fees_usd":
		return number(p.Value, 4)
	}
	return number(p.Value, 2)
}

// printTable aligns a head and rows, the first column to the left.
func printTable(w io.Writer, head string, rows func(io.Writer)) {
	var b strings.Builder
	t := tabwriter.NewWriter(&b, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintln(t, head)
	rows(t)
	t.Flush()
	fmt.Fprintln(w, alignFirst(b.String()))
}

// printText aligns a head and rows of words, every column to the left.
func printText(w io.Writer, head string, rows func(io.Writer)) {
	t := tabwriter.NewWriter(w, 0, 0, 2, ' ', 0)
	fmt.Fprintln(t, head)
	rows(t)
	t.Flush()
}

// alignFirst moves the first cell of each line to the left edge.
func alignFirst(table string) string {
	lines := strings.SplitAfter(table, "\n")
	for i, line := range lines {
		cell := strings.TrimLeft(line, " ")
		pad := len(line) - len(cell)
		if end := strings.Index(cell, "  "); end >= 0 {
			lines[i] = cell[:end] + strings.Repeat(" ", pad) + cell[end:]
		}
	}
	return strings.Join(lines, "")
}

func appendNew(list []string, s string) []string {
	for _, x := range list {
		if x == s {
			return list
		}
	}
	return append(list, s)
}

func number(x *float64, decimals int) string {
	if x == nil {
		return "-"
	}
	return strconv.FormatFloat(*x, 'f', decimals, 64)
}
