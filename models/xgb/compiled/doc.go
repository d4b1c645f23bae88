// Package compiled scores rows with many trees at once: the margins of gradient
// boosted trees, in every bit those of a walk down each tree that adds float32
// leaves in the order of the trees.
//
// # How it is fast
//
// Trees ask the same questions again and again: whether a feature is below a
// threshold, and which way a missing value goes. Such a question is a cut here,
// and is answered once for a block of rows, as a mask of one bit a row, set
// where the row goes right. A feature's masks come from one binary search a row:
// the row's bit is put into the mask of the greatest threshold that is not above
// its value, and each mask then takes over the bits of the next greater one.
//
// A tree is a complete one of six levels, 63 cuts and 64 leaves, with missing
// parts filled up. It is scored for all rows of a block at once without a branch:
// from the lowest level up, each cut chooses bit by bit between what its two
// children say of the way that is left (see portable.planes), 57 choices in all,
// each a few logical instructions for 64 or 256 rows. What comes out of the root
// is the number of each row's leaf, as six masks; they are turned into bytes, the
// leaves looked up and added.
//
// The kernel for AVX2 keeps all that in registers and looks leaves up by shuffling
// their bytes. It is written by the program in ../testdata/kernels/compiled, and
// chosen where the processor has the instructions; GODEBUG=cpu.avx2=off does
// without.
//
// A deeper tree is cut into pieces of six levels, and rows walk from piece to
// piece by the bits of the masks. So does a single row, for which a block would
// be wasted.
//
// That all cuts are tested at once without a branch is the idea of QuickScorer
// (Lucchese and others, 2015); to have one bit a row, and rows side by side, is
// another way round.
package compiled
