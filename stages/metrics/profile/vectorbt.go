package profile

import "math"

// vectorbt is that of vectorbt's returns accessor: as empyrical, with the
// moments of pandas, a drawdown that does not know the capital at the start and
// a deflated Sharpe ratio from biased moments.
func (s *sample) vectorbt() map[string]func() float64 {
	m := s.empyrical()
	m["max_drawdown"] = func() float64 { return s.maxDrawdown(false) }
	m["calmar"] = func() float64 { return s.calmar(false) }
	m["skew"] = func() float64 { skew, _ := s.unbiased(); return skew }
	m["excess_kurtosis"] = func() float64 { _, kurtosis := s.unbiased(); return kurtosis }
	m["deflated_sharpe"] = func() float64 {
		g1, g2 := s.moments()
		return s.certainty(s.ratio(s.r, s.riskFree)/s.root(), s.trials.ExpectedMaximum()/math.Sqrt(s.year), g1, g2)
	}
	return m
}
