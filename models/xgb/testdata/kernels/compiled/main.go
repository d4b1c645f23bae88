// Command compiled writes the AVX2 kernel of models/xgb/compiled.
package main

import (
	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

const (
	levels    = 6
	cutBytes  = 2 * 64 // of a tree: its cuts, the class first
	treeBytes = 384    // and its leaves, byte by byte
	planeSize = 32     // bytes of a mask, one bit a row
	rowsShift = 8      // 256 rows
	sumsShift = 2 + 8  // of a class
	leafBytes = 64     // of a tree, of one significance
)

var (
	count, tree, masks, sums = RDI, RSI, RDX, RCX
	mask                     = R8 // address of the mask of a cut
	sum                      = R9 // address of the sums of the tree's class
)

// pool are the registers that hold no plane.
type pool []VecPhysical

func (p *pool) take() VecPhysical {
	last := len(*p) - 1
	r := (*p)[last]
	*p = (*p)[:last]
	return r
}

func (p *pool) give(r VecPhysical) { *p = append(*p, r) }

// at makes the address of the mask of a cut.
func at(cut int) Mem {
	MOVWLZX(Mem{Base: tree, Disp: 2 * cut}, mask.As32())
	return Mem{Base: masks, Index: mask, Scale: 8}
}

// planes returns the registers with the planes of what lies below a cut, that of
// the lowest bits first. 16 registers are just enough.
func planes(p *pool, cut, level int) []VecPhysical {
	if level == levels-1 {
		r := p.take()
		VMOVDQU(at(cut), r)
		return []VecPhysical{r}
	}
	left := planes(p, 2*cut, level+1)
	if level == levels-2 {
		r := p.take()
		VPXOR(at(2*cut+1), left[0], r)
		m := at(cut)
		VPAND(m, r, r)
		VPXOR(r, left[0], left[0])
		VMOVDQU(m, r)
		return append(left, r)
	}
	right := planes(p, 2*cut+1, level+1)
	m := at(cut)
	for d, l := range left {
		VPXOR(l, right[d], right[d])
		VPAND(m, right[d], right[d])
		VPXOR(right[d], l, l)
		if d > 0 {
			p.give(right[d])
		}
	}
	VMOVDQU(m, right[0])
	return append(left, right[0])
}

// swap exchanges the bits of low beyond a shift with those of high before it.
func swap(low, high, free VecPhysical, shift uint64, bits Mem) {
	VPSRLQ(Imm(shift), low, free)
	VPXOR(high, free, free)
	VPAND(bits, free, free)
	VPXOR(free, high, high)
	VPSLLQ(Imm(shift), free, free)
	VPXOR(free, low, low)
}

func pattern(name string, value uint64) Mem {
	m := GLOBL(name, RODATA|NOPTR)
	for i := range 4 {
		DATA(8*i, U64(value))
	}
	return m
}

func main() {
	nibbles := pattern("nibbles", 0x0f0f0f0f0f0f0f0f)
	pairs := pattern("pairs", 0x3333333333333333)
	odds := pattern("odds", 0x5555555555555555)

	TEXT("scoreAVX2", NOSPLIT, "func(n int, trees *uint16, masks *uint64, sums *float32)")
	Doc("scoreAVX2 adds n trees, at least one, to the sums of 256 rows of their classes.")
	Pragma("noescape")
	numbers := AllocLocal(8 * planeSize)
	Load(Param("n"), count)
	Load(Param("trees"), tree)
	Load(Param("masks"), masks)
	Load(Param("sums"), sums)

	Label("next")
	Comment("The numbers of the leaves as planes, as portable.planes makes them.")
	free := &pool{Y15, Y14, Y13, Y12, Y11, Y10, Y9, Y8, Y7, Y6, Y5, Y4, Y3, Y2, Y1, Y0}
	q := planes(free, 1, 0)

	Comment("The planes as bytes, as transpose makes them.")
	for len(q) < 8 {
		q = append(q, free.take())
	}
	t := free.take()
	for _, d := range []int{0, 1} {
		swap(q[d], q[d+4], t, 4, nibbles)
	}
	for _, d := range []int{2, 3} { // planes 6 and 7 are zero
		VPSRLQ(Imm(4), q[d], t)
		VPAND(nibbles, t, q[d+4])
		VPAND(nibbles, q[d], q[d])
	}
	for _, d := range []int{0, 1, 4, 5} {
		swap(q[d], q[d+2], t, 2, pairs)
	}
	for _, d := range []int{0, 2, 4, 6} {
		swap(q[d], q[d+1], t, 1, odds)
	}
	for j, r := range q {
		VMOVDQU(r, numbers.Offset(planeSize*j))
	}

	Comment("The sums of the tree's class.")
	MOVWLZX(Mem{Base: tree}, sum.As32())
	SHLQ(Imm(sumsShift), sum)
	ADDQ(sums, sum)
	for j := range 8 {
		lookUp(numbers.Offset(planeSize*j), 4*planeSize*j)
	}

	ADDQ(U32(treeBytes), tree)
	DECQ(count)
	JNZ(LabelRef("next"))
	VZEROUPPER()
	RET()
	Generate()
}

// lookUp adds the leaves of 32 rows. A table has 16 bytes, so that bits 4 and 5
// of the numbers choose among four.
func lookUp(numbers Mem, offset int) {
	number, bit4, bit5 := Y15, Y14, Y13
	VMOVDQU(numbers, number)
	VPSLLW(Imm(3), number, bit4)
	VPSLLW(Imm(2), number, bit5)
	bytes := []VecPhysical{Y0, Y1, Y2, Y3}
	for c, b := range bytes {
		part := []VecPhysical{Y4, Y5, Y6, Y7}
		if c%2 == 1 {
			part = []VecPhysical{Y8, Y9, Y10, Y11}
		}
		for i, r := range part {
			VBROADCASTI128(Mem{Base: tree, Disp: cutBytes + c*leafBytes + 16*i}, r)
			VPSHUFB(number, r, r)
		}
		VPBLENDVB(bit4, part[1], part[0], part[0])
		VPBLENDVB(bit4, part[3], part[2], part[2])
		VPBLENDVB(bit5, part[2], part[0], b)
	}
	VPUNPCKLBW(Y1, Y0, Y4)
	VPUNPCKHBW(Y1, Y0, Y5)
	VPUNPCKLBW(Y3, Y2, Y6)
	VPUNPCKHBW(Y3, Y2, Y7)
	VPUNPCKLWD(Y6, Y4, Y0)
	VPUNPCKHWD(Y6, Y4, Y1)
	VPUNPCKLWD(Y7, Y5, Y2)
	VPUNPCKHWD(Y7, Y5, Y3)
	for v, leaf := range bytes {
		to := Mem{Base: sum, Disp: offset + planeSize*v}
		VADDPS(to, leaf, leaf)
		VMOVUPS(leaf, to)
	}
}
