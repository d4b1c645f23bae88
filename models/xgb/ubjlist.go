package xgb

func (u *ubjson) object(field func(key string)) {
	u.want('{')
	seen := map[string]bool{}
	for u.err == nil {
		if u.peek() == '}' {
			u.at++
			return
		}
		key := u.raw()
		if seen[key] {
			u.fail("key %.40q comes twice", key)
		}
		seen[key] = true
		if u.err == nil {
			field(key)
		}
	}
}

// list calls item for every element of an array with its marker, which has been
// read, so that item reads what follows it.
func (u *ubjson) list(item func(kind byte)) {
	u.want('[')
	var kind byte
	if u.peek() == '$' {
		u.at++
		if kind = u.marker(); u.err == nil && size(kind) == 0 {
			u.fail("an array of type %q", kind)
		}
		if u.err == nil && u.peek() != '#' {
			u.fail("an array with a type and no length")
		}
	}
	if u.peek() != '#' {
		for u.err == nil {
			next := u.marker()
			if next == ']' {
				return
			}
			if u.err == nil {
				item(next)
			}
		}
		return
	}
	u.at++
	n := u.count()
	if kind != 0 && n > (len(u.src)-u.at)/size(kind) {
		u.fail("an array of %d numbers with %d bytes to come", n, len(u.src)-u.at)
	}
	for i := 0; i < n && u.err == nil; i++ {
		if kind != 0 {
			item(kind)
		} else if next := u.marker(); u.err == nil {
			item(next)
		}
	}
}

// array steps back to the marker of each element, for item to read it. An array
// with a type holds bare numbers, of which there are none where a list is wanted.
func (u *ubjson) array(item func()) {
	if u.err == nil && u.at+1 < len(u.src) && u.src[u.at+1] == '$' {
		if u.length() > 0 {
			u.fail("an array of numbers")
		}
		return
	}
	u.list(func(byte) {
		u.at--
		item()
	})
}

func (u *ubjson) ints() (out []int32) {
	u.list(func(kind byte) { out = append(out, u.narrow(u.whole(kind))) })
	return out
}

func (u *ubjson) floats() (out []float32) {
	u.list(func(kind byte) { out = append(out, u.number(kind)) })
	return out
}

func (u *ubjson) flags() (out []bool) {
	u.list(func(kind byte) {
		switch {
		case kind == 'T':
			out = append(out, true)
		case kind == 'F':
			out = append(out, false)
		default:
			v := u.whole(kind)
			if v != 0 && v != 1 {
				u.fail("%d is no flag", v)
			}
			out = append(out, v == 1)
		}
	})
	return out
}

func (u *ubjson) length() (n int) {
	u.list(func(kind byte) {
		u.pass(kind, depth)
		n++
	})
	return n
}

func (u *ubjson) skip() { u.pass(u.marker(), depth) }

// pass goes over a value whose marker has been read.
func (u *ubjson) pass(kind byte, depth int) {
	switch {
	case u.err != nil:
	case depth == 0:
		u.fail("nested too deep")
	case kind == '{':
		u.at--
		u.object(func(string) { u.pass(u.marker(), depth-1) })
	case kind == '[':
		u.at--
		u.list(func(kind byte) { u.pass(kind, depth-1) })
	case kind == 'S':
		u.take(u.count())
	case kind == 'C':
		u.take(1)
	case kind == 'T' || kind == 'F' || kind == 'Z':
	case size(kind) > 0:
		u.take(size(kind))
	default:
		u.fail("%q is no value", kind)
	}
}
