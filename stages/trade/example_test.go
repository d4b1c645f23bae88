package trade_test

import (
	"context"
	"fmt"
	"log"

	"mantis/data"
	"mantis/stages/metrics"
	"mantis/stages/trade"
)

// A backtest from slices: five 6h bars, a class predicted at each close.
func ExampleRun() {
	time := []int64{0, 1, 2, 3, 4}
	known := make([]int64, len(time))
	for i := range time {
		time[i] *= int64(6 * data.Hour)
		known[i] = time[i] + int64(6*data.Hour)
	}
	btc := trade.Series{Symbol: "BTC-USD", Open: []float64{100, 100, 104, 110, 108}, Close: []float64{100, 104, 110, 108, 99}}
	eth := trade.Series{Symbol: "ETH-BTC", Open: []float64{.1, .1, .11, .12, .12}, Close: []float64{.1, .11, .12, .12, .11}}
	classes := []int64{4, 5, data.Null, 1, 3}

	feed, err := trade.NewHistory(time, known, btc, eth)
	if err != nil {
		log.Fatal(err)
	}
	strategy, err := trade.NewByClass(trade.DefaultPolicy(), 1, trade.Predictions{Time: time, Known: known, Class: classes})
	if err != nil {
		log.Fatal(err)
	}
	broker, err := trade.NewBacktest(trade.Costs{Fee: .001, Slippage: .0005})
	if err != nil {
		log.Fatal(err)
	}
	ledger, err := trade.NewLedger(trade.DefaultCapital, 1)
	if err != nil {
		log.Fatal(err)
	}
	record := trade.NewRecord(feed.Len(), 1)
	if err := trade.Run(context.Background(), feed, strategy, broker, ledger, record); err != nil {
		log.Fatal(err)
	}

	for _, f := range record.Fills {
		fmt.Printf("%s %-4s %s %.4f at %.5f, fee %.2f USD, %s\n", data.Stamp(f.Time), f.Side, f.Symbol, f.Quantity.Float(), f.Price, f.FeeUSD, f.Reason)
	}
	fmt.Println(strategy.Missing(), "class missing")
	for _, m := range metrics.Performance(metrics.Curve{
		Equity: record.EquityUSD, Benchmark: record.BTCPrice,
		Turnover: record.Turnover, FeesUSD: record.FeesUSD, Interval: 6 * data.Hour,
	}) {
		switch m.Name {
		case "final_value", "max_drawdown", "beta", "fees_usd":
			fmt.Printf("%s %.4f\n", m.Name, m.Value)
		}
	}
	// Output:
	// 1970-01-01 06:00 buy  BTC-USD 79.9131 at 100.05000, fee 8.00 USD, class 4
	// 1970-01-01 06:00 buy  ETH-BTC 299.5054 at 0.10005, fee 3.00 USD, class 4
	// 1970-01-01 12:00 buy  BTC-USD 19.1703 at 104.05200, fee 1.99 USD, class 5
	// 1970-01-01 12:00 buy  ETH-BTC 256.8096 at 0.11006, fee 2.94 USD, class 5
	// 1970-01-02 00:00 sell ETH-BTC 556.3150 at 0.11994, fee 7.21 USD, class 1
	// 1970-01-02 00:00 sell BTC-USD 85.9891 at 107.94600, fee 9.28 USD, class 1
	// 1 class missing
	// final_value 11397.9357
	// max_drawdown -0.0366
	// beta 0.9096
	// fees_usd 32.4143
}
