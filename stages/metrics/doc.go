// Package metrics measures an equity curve.
//
// Equity is V_0 ... V_n, one value a bar, V_0 being the capital at the start.
// The return of bar t is simple, r_t = V_t/V_(t-1) - 1; the first bar has none,
// so that n counts the others. N, perYear in the code, is the number of bars in
// a year of 365 days: 1460 for 6h. A month is N/12 bars. Rates that are given,
// the risk-free rate and the minimum acceptable return, are annual and
// compounded: a bar's is (1+rate)^(1/N) - 1.
//
// Standard deviations and covariances divide by n-1. Results are fractions,
// not percent, and losses are negative.
//
// Beside a measure stand a standard error and an interval where it has them. The
// interval is that of the stationary bootstrap's resamples, by percentiles. The
// error is that of the measure's influence on dependent returns, Lo's (2002) for
// a Sharpe ratio, and for omega, max_drawdown and calmar the deviation of the
// resamples.
//
// A measure that has no value is NaN together with an Undefined that says why;
// none is ever infinite. A series that varies by no more than the rounding of
// a float64 counts as one that does not vary.
package metrics
