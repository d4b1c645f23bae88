package xgb

// notation reads a document from start to end, JSON or UBJSON. The first error
// stays, and everything after it reads as empty. What a reader allocates is in
// proportion to the bytes it has read.
type notation interface {
	// object calls field for every key; field reads the value. A key that comes
	// twice is an error.
	object(field func(key string))
	// array calls item for every element of a list; item reads it.
	array(item func())
	// length passes over a list and returns the number of its elements.
	length() int
	string() string
	// isString reports whether a string comes next.
	isString() bool
	int() int32
	ints() []int32
	floats() []float32
	// flags reads a list of 0 and 1, or of false and true.
	flags() []bool
	// skip passes over any value, to a depth of 100.
	skip()
	// end is an error unless everything was read.
	end()
	fail(format string, args ...any)
	fault() error
}

// depth is how deep values that nobody asks for may be nested.
const depth = 100
