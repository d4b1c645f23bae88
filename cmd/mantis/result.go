package main

import (
	"fmt"
	"io"
	"path/filepath"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages"
)

// result is what a run has to tell: the datasets, the model beside its
// baselines, the strategy beside buy-and-hold, and where everything lies.
type result struct {
	Simulated   bool              `json:"simulated"`
	Ran         int               `json:"ran"` // stages that had to run
	Datasets    []summary         `json:"datasets"`
	Notes       []string          `json:"notes"`
	Scores      []scored          `json:"scores"`
	Performance []performance     `json:"performance"`
	Assumptions map[string]string `json:"assumptions"`
	Report      string            `json:"report"`
	Store       string            `json:"store"`
	Query       string            `json:"query"`

	assumptions [][2]string
	took        time.Duration
}

// summary is a dataset in one line.
type summary struct {
	Name  string `json:"name"`
	ID    string `json:"id"`
	Table string `json:"table"`
	Rows  int    `json:"rows"`
	First string `json:"first,omitempty"`
	Last  string `json:"last,omitempty"`
	Made  bool   `json:"made"` // by this run
}

type scored struct {
	stages.ScoreRow
	Value *float64 `json:"value"`
}

type performance struct {
	Portfolio string   `json:"portfolio"`
	Currency  string   `json:"currency"`
	Metric    string   `json:"metric"`
	Unit      string   `json:"unit"`
	Value     *float64 `json:"value"`
	Reason    string   `json:"reason,omitempty"`
}

// defined is a pointer for JSON: null where a value is not defined.
func defined(x float64) *float64 {
	if x != x {
		return nil
	}
	return &x
}

func newResult(store *data.Store, steps []pipeline.Step, took time.Duration) (*result, error) {
	r := &result{Store: store.Root(), took: took, Notes: []string{}, Assumptions: map[string]string{}}
	r.Report = filepath.Join(store.Root(), filepath.FromSlash(data.View(stages.Report.Name)), stages.ReportPage)
	r.Query = "duckdb -c \"" + stages.Query(store.Root(), "predictions") + "\""
	versions := map[*pipeline.Stage]*data.Version{}
	for _, step := range steps {
		versions[step.Stage] = step.Version
		s := summarise(step.Version)
		s.Made = !step.Known
		if s.Made {
			r.Ran++
		}
		r.Datasets = append(r.Datasets, s)
		r.Notes = append(r.Notes, step.Version.Notes...)
	}
	_, err := versions[stages.Candles].Table("p_true")
	r.Simulated = err == nil
	if err := r.readScores(store, versions[stages.Predictions]); err != nil {
		return nil, err
	}
	if err := r.readPerformance(store, versions[stages.Report]); err != nil {
		return nil, err
	}
	interval, err := barLength(store, versions[stages.Bars])
	if err != nil {
		return nil, err
	}
	if r.assumptions, err = stages.Assumptions(versions[stages.Backtest], interval); err != nil {
		return nil, err
	}
	for _, a := range r.assumptions {
		r.Assumptions[a[0]] = a[1]
	}
	return r, nil
}

// summarise counts the rows of the table that bears the dataset's name, or
// else of its first.
func summarise(v *data.Version) summary {
	s := summary{Name: v.Dataset, ID: v.ID, Table: stages.MainTable(v)}
	rows, first, last := v.Span(s.Table)
	s.Rows = rows
	if first != data.Null {
		s.First, s.Last = data.Stamp(first), data.Stamp(last)
	}
	return s
}

func (r *result) readScores(store *data.Store, v *data.Version) error {
	b, err := store.Read(v, v.Of("scores")[0])
	if err != nil {
		return err
	}
	rows, err := stages.ScoreRows(b)
	for _, x := range rows {
		r.Scores = append(r.Scores, scored{x, defined(x.Value)})
	}
	return err
}

func (r *result) readPerformance(store *data.Store, v *data.Version) error {
	b, err := store.Read(v, v.Of("performance")[0])
	if err != nil {
		return err
	}
	c := b.Columns()
	who, currency, metric, unit := c.Strings("portfolio"), c.Strings("currency"), c.Strings("metric"), c.Strings("unit")
	value, reason := c.Floats("value"), c.Strings("reason")
	if c.Err != nil {
		return c.Err
	}
	for i := range who {
		r.Performance = append(r.Performance, performance{who[i], currency[i], metric[i], unit[i], defined(value[i]), reason[i]})
	}
	return nil
}

func barLength(store *data.Store, v *data.Version) (data.Interval, error) {
	b, err := store.Read(v, v.Of("bars")[0])
	if err != nil {
		return 0, err
	}
	c := b.Columns()
	time, known := c.Ints("time"), c.Ints("known_at")
	if c.Err != nil {
		return 0, c.Err
	}
	return data.Interval(known[0] - time[0]), nil
}

// print writes the result for people.
func (r *result) print(g *global) error {
	var b strings.Builder
	if r.Simulated {
		b.WriteString("SIMULATED MARKET: no price below was ever paid\n\n")
	}
	r.printDatasets(&b)
	r.printScores(&b)
	r.printPerformance(&b)
	for _, n := range r.Notes {
		fmt.Fprintf(&b, "note: %s\n", n)
	}
	var rules []string
	for _, a := range r.assumptions {
		rules = append(rules, a[0]+": "+a[1])
	}
	fmt.Fprintf(&b, "assumed: %s\n\n", strings.Join(rules, "; "))
	fmt.Fprintf(&b, "report    %s\ndatasets  %s\nquery     %s\n", r.Report, filepath.Join(r.Store, "views"), r.Query)
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
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\t\n", d.Name, thousands(d.Rows), d.First, d.Last, what)
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
	printTable(w, fmt.Sprintf("on %s test bars\t%s\t", thousands(int(rows)), strings.Join(columns, "\t")), func(t io.Writer) {
		for _, n := range names {
			fmt.Fprintf(t, "%s", n)
			for _, c := range columns {
				fmt.Fprintf(t, "\t%s", cells[[2]string{n, c}])
			}
			fmt.Fprint(t, "\t\n")
		}
	})
}

// printPerformance shows the measures that a first look wants.
func (r *result) printPerformance(w io.Writer) {
	shown := []string{"final_value", "cumulative_return", "annual_return", "annual_volatility", "sharpe", "sortino", "max_drawdown", "turnover_annual", "fees_usd"}
	var portfolios []string
	cells := map[[3]string]string{}
	for _, p := range r.Performance {
		portfolios = appendNew(portfolios, p.Portfolio)
		text := number(p.Value, 2)
		if p.Unit == "fraction" && p.Value != nil {
			pct := *p.Value * 100
			text = number(&pct, 1) + " %"
		}
		if p.Unit == "currency" && p.Currency == "BTC" && p.Metric != "fees_usd" {
			text = number(p.Value, 4)
		}
		cells[[3]string{p.Portfolio, p.Currency, p.Metric}] = text
	}
	for _, currency := range []string{"USD", "BTC"} {
		printTable(w, fmt.Sprintf("in %s\t%s\t", currency, strings.ReplaceAll(strings.Join(shown, "\t"), "_", " ")), func(t io.Writer) {
			for _, p := range portfolios {
				fmt.Fprint(t, p)
				for _, m := range shown {
					fmt.Fprintf(t, "\t%s", cells[[3]string{p, currency, m}])
				}
				fmt.Fprint(t, "\t\n")
			}
		})
	}
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

// thousands writes a count with commas.
func thousands(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "," + s[i:]
	}
	return s
}
