package archive

// merged is what became of the candles of a part.
type merged struct {
	rows     rows
	runs     []run // of candles that are said anew, ascending: no other candle lies within one
	restated []int // the rows before that are no longer said
	added    int

	said        int   // candles that are said now
	first, last int64 // of them, by open instant
}

// run is a stretch of candles by the open instants of the first and the last.
type run struct{ first, last int64 }

// merge lays what is said now over what was said before. Both ascend in time;
// neither is written to, but the result may share their memory.
func merge(before, now *rows) merged {
	if before.len() == 0 || now.time[0] > before.time[before.len()-1] {
		return extend(before, now)
	}
	m := about(now)
	m.rows.grow(before.len() + now.len())
	open := false // whether the last row that was laid down belongs to a run
	lay := func(r *rows, i int, anew bool) {
		m.rows.append(r, i, i+1)
		switch {
		case anew && open:
			m.runs[len(m.runs)-1].last = r.time[i]
		case anew:
			m.runs = append(m.runs, run{r.time[i], r.time[i]})
		}
		open = anew
	}
	i, j := 0, 0
	for i < before.len() || j < now.len() {
		switch {
		case j == now.len() || i < before.len() && before.time[i] < now.time[j]:
			lay(before, i, false)
			i++
		case i == before.len() || now.time[j] < before.time[i]:
			lay(now, j, true)
			m.added++
			j++
		case now.contradicts(j, before, i):
			lay(now, j, true)
			m.restated = append(m.restated, i)
			i, j = i+1, j+1
		default:
			lay(before, i, false)
			i, j = i+1, j+1
		}
	}
	return m
}

// about begins a merge of what is said now.
func about(now *rows) merged {
	return merged{said: now.len(), first: now.time[0], last: now.time[now.len()-1]}
}

// extend is merge where everything comes after what was said before.
func extend(before, now *rows) merged {
	m := about(now)
	m.rows, m.added, m.runs = *now, now.len(), []run{{m.first, m.last}}
	if before.len() > 0 {
		m.rows = before.slice(0, before.len())
		m.rows.append(now, 0, now.len())
	}
	return m
}
