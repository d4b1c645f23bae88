// Command kernels writes the assembly of models/xgb. Rerun, from here:
//
//	go run . -out ../../kernels_amd64.s -stubs ../../kernels_amd64.go -pkg xgb
//
// It is a module of its own so that the product does not depend on avo. The
// kernels need AVX2, and none fuses a product with a sum.
package main

import (
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
