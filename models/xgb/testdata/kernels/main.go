// Command kernels writes the assembly of models/xgb. Rerun, from here:
//
//	go run . -out ../../kernels_amd64.s -stubs ../../kernels_amd64.go -pkg xgb
//
// It is a module of its own so that the product does not depend on avo. The
// kernels need AVX2, and none fuses a product with a sum.
package main

import (
	"math"

	. "github.com/mmcloughlin/avo/build"
	. "github.com/mmcloughlin/avo/operand"
	. "github.com/mmcloughlin/avo/reg"
)

func main() {
	add("addRows", 8, true, "addRows adds the slopes of n ascending rows to a stack: near has those of rows, one after the other, and bins a word for every row there is.")
	add("addAll", 8, false, "addAll is addRows for the first n rows.")
	add("addWide", 16, true, "addWide is addRows for words of 16 bits a column.")
	subtract()
	screen()
	softprob()
	Generate()
}

// Ahead is how many rows before their use the words of rows are asked for.
const ahead = 24

// add adds a gradient and a hessian to a place of each of four columns: one
// addition of two numbers for each.
func add(name string, width int, scattered bool, doc string) {
	word := width / 2 // bytes of four columns
	sign := "func(h *float64, bins *uint32, "
	if width == 16 {
		sign = "func(h *float64, bins *uint64, "
	}
	if scattered {
		sign += "rows *uint32, "
	}
	TEXT(name, NOSPLIT, sign+"near *float32, n int)")
	Pragma("noescape")
	Doc(doc)
	h := Load(Param("h"), GP64())
	bins := Load(Param("bins"), GP64())
	near := Load(Param("near"), GP64())
	n := Load(Param("n"), GP64())
	var rows Register
	i := GP64()
	XORQ(i, i)

	row := func() {
		v := XMM()
		VCVTPS2PD(Mem{Base: near, Index: i, Scale: 8}, v)
		at := i
		if scattered {
			at = GP64()
			MOVL(Mem{Base: rows, Index: i, Scale: 4}, at.As32())
		}
		for k := range 4 {
			b := GP64()
			if width == 8 {
				MOVBLZX(Mem{Base: bins, Index: at, Scale: uint8(word), Disp: k}, b.As32())
			} else {
				MOVWLZX(Mem{Base: bins, Index: at, Scale: uint8(word), Disp: 2 * k}, b.As32())
			}
			SHLQ(Imm(6), b)
			place := Mem{Base: h, Index: b, Scale: 1, Disp: 16 * k}
			sum := XMM()
			VADDPD(place, v, sum)
			VMOVUPD(sum, place)
		}
		INCQ(i)
	}

	if scattered {
		rows = Load(Param("rows"), GP64())
		far := GP64()
		MOVQ(n, far)
		SUBQ(Imm(ahead), far)
		JLE(LabelRef("rest"))
		Label("loop")
		next := GP64()
		MOVL(Mem{Base: rows, Index: i, Scale: 4, Disp: 4 * ahead}, next.As32())
		PREFETCHT0(Mem{Base: bins, Index: next, Scale: uint8(word)})
		row()
		CMPQ(i, far)
		JLT(LabelRef("loop"))
	}
	Label("rest")
	CMPQ(i, n)
	JGE(LabelRef("end"))
	row()
	JMP(LabelRef("rest"))
	Label("end")
	RET()
}

// subtract works a bin, 64 bytes, at a time.
func subtract() {
	TEXT("subtract", NOSPLIT, "func(parent, child *float64, bins int)")
	Pragma("noescape")
	Doc("subtract takes the first bins of a child away from its parent's.")
	p := Load(Param("parent"), GP64())
	c := Load(Param("child"), GP64())
	n := Load(Param("bins"), GP64())
	Label("loop")
	DECQ(n)
	JLT(LabelRef("end"))
	for half := range 2 {
		v := YMM()
		VMOVUPD(Mem{Base: p, Disp: 32 * half}, v)
		VSUBPD(Mem{Base: c, Disp: 32 * half}, v, v)
		VMOVUPD(v, Mem{Base: p, Disp: 32 * half})
	}
	ADDQ(Imm(64), p)
	ADDQ(Imm(64), c)
	JMP(LabelRef("loop"))
	Label("end")
	VZEROUPPER()
	RET()
}

// screen has the running sums of four columns in two registers and takes gradients
// and hessians apart for the bound, which puts column 2 before column 1.
func screen() {
	TEXT("screen", NOSPLIT, "func(s, h *float64, from, to, step int) int")
	Pragma("noescape")
	Doc("screen adds bins to the running sums of a sweep, from one on by steps of 1 or -1,",
		"until a column is above the bar that may be split there and has the bin not empty,",
		"and returns that bin, with the columns in hits; or to, which it does not add.")
	s := Load(Param("s"), GP64())
	h := Load(Param("h"), GP64())
	i := Load(Param("from"), GP64())
	to := Load(Param("to"), GP64())
	step := Load(Param("step"), GP64())
	low, high := YMM(), YMM()
	VMOVUPD(Mem{Base: s}, low)
	VMOVUPD(Mem{Base: s, Disp: 32}, high)
	place, stride, found := GP64(), GP64(), GP64()
	MOVQ(i, place)
	SHLQ(Imm(6), place)
	ADDQ(h, place)
	MOVQ(step, stride)
	SHLQ(Imm(6), stride)
	XORL(found.As32(), found.As32())
	field := func(n int) (v VecVirtual) {
		v = YMM()
		VBROADCASTSD(Mem{Base: s, Disp: 64 + 8*n}, v)
		return v
	}
	center, span, bar, lambda, least, total := field(0), field(1), field(2), field(3), field(4), field(5)
	lanes, passed := GP64(), GP64()
	MOVQ(Mem{Base: s, Disp: 112}, lanes)
	MOVQ(Mem{Base: s, Disp: 120}, passed)
	g, a, y, x, v, w := YMM(), YMM(), YMM(), YMM(), YMM(), YMM()

	Label("loop")
	CMPQ(i, to)
	JEQ(LabelRef("end"))
	VADDPD(Mem{Base: place}, low, low)
	VADDPD(Mem{Base: place, Disp: 32}, high, high)
	VUNPCKLPD(high, low, g)
	VUNPCKHPD(high, low, v)
	VADDPD(lambda, v, a)
	VMULPD(center, a, y)
	VSUBPD(y, g, y)
	VMULPD(y, y, y)
	VSUBPD(a, span, x)
	VMULPD(bar, a, a)
	VMULPD(x, a, a)
	VCMPPD(Imm(6), a, y, y) // not y <= a
	VMOVMSKPD(y, found.As32())
	ANDQ(lanes, found)
	JNE(LabelRef("check"))
	Label("next")
	ADDQ(stride, place)
	ADDQ(step, i)
	JMP(LabelRef("loop"))

	Label("check")
	ORQ(found, passed)
	VSUBPD(v, total, x)
	VCMPPD(Imm(13), least, v, v) // v >= least
	VCMPPD(Imm(13), least, x, x)
	VANDPD(x, v, v)
	VANDPD(v, y, y)
	VMOVUPD(Mem{Base: place}, x)
	VMOVUPD(Mem{Base: place, Disp: 32}, w)
	VUNPCKLPD(w, x, v)
	VUNPCKHPD(w, x, x)
	VORPD(x, v, v)
	VXORPD(x, x, x)
	VCMPPD(Imm(4), x, v, v) // v != 0
	VANDPD(v, y, y)
	VMOVMSKPD(y, found.As32())
	ANDQ(lanes, found)
	JEQ(LabelRef("next"))

	Label("end")
	VMOVUPD(low, Mem{Base: s})
	VMOVUPD(high, Mem{Base: s, Disp: 32})
	MOVQ(passed, Mem{Base: s, Disp: 120})
	MOVQ(found, Mem{Base: s, Disp: 128})
	Store(i, ReturnIndex(0))
	VZEROUPPER()
	RET()
}

// softprob does four rows at a time: their maximum, their exponentials, which wait
// where the slopes go, and the slopes. The exponential is that of expf.go, step
// by step.
func softprob() {
	TEXT("softprob", NOSPLIT, "func(heads **float32, classes, n int, table *uint64)")
	Pragma("noescape")
	Doc("softprob writes the slopes of n rows, a multiple of four, as of rows of no label:",
		"heads are the first margin of each class and then its first slope, and table is exp2Table.")
	heads := Load(Param("heads"), GP64())
	classes := Load(Param("classes"), GP64())
	n := Load(Param("n"), GP64())
	table := Load(Param("table"), GP64())
	slopes := GP64()
	LEAQ(Mem{Base: heads, Index: classes, Scale: 8}, slopes)

	double := func(name string, v float64) (y VecVirtual) {
		y = YMM()
		VBROADCASTSD(ConstData(name, U64(math.Float64bits(v))), y)
		return y
	}
	single := func(name string, v float32) (x VecVirtual) {
		x = XMM()
		VBROADCASTSS(ConstData(name, U32(math.Float32bits(v))), x)
		return x
	}
	scale, shift := double("expScale", 0x1.71547652b82fep+0*32), double("expShift", 0x1.8p+52)
	c0, c1 := double("expC0", 0x1.c6af84b912394p-5/(32*32*32)), double("expC1", 0x1.ebfce50fac4f3p-3/(32*32))
	c2, unit := double("expC2", 0x1.62e42ff0c52d6p-1/32), double("unit", 1)

	i, k := GP64(), GP64()
	from, to := GP64(), GP64()
	each := func(label string, body func()) {
		XORQ(k, k)
		Label(label)
		MOVQ(Mem{Base: heads, Index: k, Scale: 8}, from)
		MOVQ(Mem{Base: slopes, Index: k, Scale: 8}, to)
		body()
		INCQ(k)
		CMPQ(k, classes)
		JLT(LabelRef(label))
	}
	XORQ(i, i)
	Label("rows")
	CMPQ(i, n)
	JGE(LabelRef("end"))

	top := single("smallest", 0x1p-126)
	each("top", func() {
		VMAXPS(Mem{Base: from, Index: i, Scale: 4}, top, top)
	})

	sum := YMM()
	VXORPD(sum, sum, sum)
	each("exp", func() {
		x, low := XMM(), single("lowest", -0x1.9fe368p6)
		VMOVUPS(Mem{Base: from, Index: i, Scale: 4}, x)
		VSUBPS(top, x, x)
		VCMPPS(Imm(1), low, x, low) // x < low
		z, kd, r, s, y, index, ones := YMM(), YMM(), YMM(), YMM(), YMM(), YMM(), YMM()
		VCVTPS2PD(x, z)
		VMULPD(scale, z, z)
		VADDPD(shift, z, kd)
		VSUBPD(shift, kd, r)
		VSUBPD(r, z, r)
		VPSLLQ(Imm(59), kd, index)
		VPSRLQ(Imm(59), index, index)
		VPSLLQ(Imm(47), kd, kd)
		VPCMPEQD(ones, ones, ones)
		VPGATHERQQ(ones, Mem{Base: table, Index: index, Scale: 8}, s)
		VPADDQ(kd, s, s)
		VMULPD(c2, r, y)
		VADDPD(unit, y, y)
		VMULPD(c0, r, z)
		VADDPD(c1, z, z)
		VMULPD(r, r, r)
		VMULPD(r, z, z)
		VADDPD(z, y, y)
		VMULPD(s, y, y)
		e := XMM()
		VCVTPD2PSY(y, e)
		VANDNPS(e, low, e)
		VMOVUPS(e, Mem{Base: to, Index: i, Scale: 8})
		VCVTPS2PD(e, y)
		VADDPD(y, sum, sum)
	})

	total := XMM()
	VCVTPD2PSY(sum, total)
	one, tiny := single("one", 1), single("tiny", 1e-16)
	each("slope", func() {
		p, h, rest, out := XMM(), XMM(), XMM(), XMM()
		VMOVUPS(Mem{Base: to, Index: i, Scale: 8}, p)
		VDIVPS(total, p, p)
		VADDPS(p, p, h)
		VSUBPS(p, one, rest)
		VMULPS(rest, h, h)
		VMAXPS(h, tiny, h) // h where it is no number
		VUNPCKLPS(h, p, out)
		VMOVUPS(out, Mem{Base: to, Index: i, Scale: 8})
		VUNPCKHPS(h, p, out)
		VMOVUPS(out, Mem{Base: to, Index: i, Scale: 8, Disp: 16})
	})
	ADDQ(Imm(4), i)
	JMP(LabelRef("rows"))
	Label("end")
	VZEROUPPER()
	RET()
}
