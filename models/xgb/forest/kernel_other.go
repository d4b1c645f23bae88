//go:build !amd64

package forest

// Kernels are the kernels that the machine has, the fastest first.
func Kernels() []Kernel { return []Kernel{Portable} }

type wide struct{}

func (g *group) widen() {}

func addAVX2([]wide, []uint64, []float32) { panic("forest: not this machine's") }
