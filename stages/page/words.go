package page

// Format writes a number the way the page does, for use in notes.
func Format(v float64, unit Unit) string { return format(v, unit) }
