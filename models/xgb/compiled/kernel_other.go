//go:build !amd64

package compiled

// Kernels are the kernels that the machine has, the fastest first.
func Kernels() []Kernel { return []Kernel{Portable} }

type wide struct{}

func (g *group) widen() {}

func addAVX2([]wide, []uint64, []float32) { panic("compiled: not this machine's") }
