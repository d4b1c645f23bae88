//go:build !amd64

package xgb

// fastKernels is nil: there are none.
func fastKernels() *kernels { return nil }
