// Package xgb trains, keeps and scores gradient boosted trees that are
// XGBoost's own in every bit.
//
// Train is a trainer of tree_method=hist, level by level or the best
// split first, for classes, two classes and numbers, with missing values,
// weights, penalties, monotone and interaction constraints, several trees a
// round and early stopping. It speaks two dialects, the arithmetic of XGBoost 3.4
// and that of 1.7 to 3.2. A model has the trees that Python's xgboost 3.4.1 or
// 1.7.6 trains with nthread=1 and the same base_score on the same rows: the same
// structure, features and default directions, and the same float32 bits of
// thresholds, leaves, loss reductions, hessian sums and weights. It does not
// depend on GOMAXPROCS. testdata/oracle/check.py holds it against XGBoost.
//
// Rows and columns that a tree draws at random are drawn from Params.Seed, by
// generators of our own: such trees are like XGBoost's and not the same.
//
// # Model files
//
// Read takes the files of XGBoost 0.90 to 3.4: JSON, UBJSON, and the binary
// layout that 3.1 gave up; gbtree, dart and gblinear, with parallel trees, and
// the objectives that objectives lists. JSON and UBJ write files that 1.7 and
// later read. Walk gives XGBoost's margins in every bit for the files of 1.7
// and later, and within 1e-6 for older ones. What files say of one thing, they
// have said in different ways:
//
//   - base_score is one number up to 3.0 and a vector since, which older
//     releases read as 0.5 without a word: so one number is written wherever
//     all classes share it (see Shared). gblinear uses the first of a vector.
//   - In the binary layout of before 1.0 base_score is a margin, later what
//     users give; binary:logitraw changed from one to the other during 1.3.
//   - What the trees of dart count lies beside a gbtree within the booster up
//     to 3.2, beside the model in 3.3 and within the model since 3.4, and the
//     booster is called gbtree since 3.3. The oldest form is written, which all
//     read.
//   - Trees may hold entries that pruning left behind, which are taken out.
//   - best_iteration, where early stopping noted it, ends the rounds that
//     scores are made of.
//
// testdata/oracle/files.py moves files to and fro between this package and
// seven releases. testdata/files has files of older ones, and
// testdata/oracle/fixtures.py says how to make them again.
//
// # Scores
//
// Predictor gives XGBoost's margins in every bit, from trees that package compiled
// has made ready for many rows at a time, with AVX2 where the processor has it.
// What cannot be made so, a linear model or a tree of more than 16,384 entries, is
// scored by Walk, behind the same methods. testdata/oracle/predict.py holds it
// against XGBoost and times both.
//
// Leaves is the second opinion: it scores through leaves, on a copy of the model
// converted in memory, in float64 and so with other last digits. Nothing outside
// this package knows of leaves or of the layout it wants, and leaves sees no byte
// that was not made from a model that was checked.
//
// # Explanations
//
// Explainer, Interactor and Importance say what the trees make of each feature:
// exact Shapley values by the trees' covers, XGBoost's pred_contribs and
// pred_interactions, or against the rows of a background. Trees are cut into
// clumps of leaves with few tests in them and above them; what a row adds in a
// clump depends on up to eight bits alone and is worked out once for each of
// their values that occurs (see clump, solver and pass).
// testdata/oracle/shap.py holds all of it against XGBoost and shap.
//
// # How it is the same
//
// A sum of floats depends on its order, so every sum has XGBoost's order: the
// quantile sketch takes rows in order and ranks in float32; a histogram bin
// adds the gradients of its rows ascending in float64; of two children the
// lighter is built from its rows and the other is the parent less the first;
// the root is summed over its rows, or over the bins of the first feature when
// no value is missing; products are rounded before they are added, so no
// fused multiply-add sneaks in; exponential and logarithm are the C library's
// expf and logf; and values that weigh differently are sorted in the steps of
// std::sort, for it decides the order in which the weights of equal ones add up.
//
// Some of it is manners rather than arithmetic. XGBoost splits the nodes of a
// level in batches of 256, and a tree ends where a batch has none to split; it
// keeps 65,536 histograms, and where there are more nodes builds anew from rows
// what it would otherwise subtract; xgboost-1.7 finds splits with an empty side
// and drops the node with them. So does Train.
//
// # How it is fast
//
// Work is shared by trees, and within the last trees of a round by features,
// never by rows. A sieve without divisions passes over the splits that cannot
// beat the best by more than rounding (see gauge), and only the rest meet the
// exact arithmetic.
//
// Where the processor has AVX2, small kernels in assembly do four columns at a
// time (see kernels and stack): a row is one packed addition a column to a
// histogram whose four sums of a bin are one cache line, and the sieve runs down
// four histograms side by side. Another does the gradients of classes. They add
// in the same order and round the same way as plain Go, which is what runs
// everywhere else, where a table is broad or trees are deep, and where the
// environment says GODEBUG=cpu.avx2=off: there histograms are lists of the bins
// that are not empty, divided in place from parent to children one feature at a
// time. kernels_amd64.s is written by testdata/kernels, a module of its own.
// testdata/oracle/speed.py times all of it beside XGBoost.
//
// # Credits
//
// The algorithm and the model format are XGBoost's (https://xgboost.ai,
// Apache License 2.0, by the XGBoost contributors); the code is our own. The
// exponential and the logarithm follow the algorithms of ARM's
// optimized-routines (MIT licence), which the GNU C library uses.
package xgb
