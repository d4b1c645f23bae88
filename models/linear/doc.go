// Package linear trains two linear classifiers: multinomial logistic regression,
// and a linear support vector machine whose margins are turned into
// probabilities.
//
// # Columns
//
// A column is standardised by the mean and the standard deviation (over n) of
// the values that it has in the training rows, and of no others. A missing value
// counts as that mean: it adds nothing to a margin. A column without values in
// training, or with one value alone, has the scale 1 and the weight 0.
//
// # Optimum
//
// Both objectives are sums over the training rows plus lambda/2 times the sum of
// squared weights; intercepts are free. scikit-learn's C is 1/lambda. They are
// convex and have one optimum, which a truncated Newton method finds to nearly
// the last digit. The method is our own rather than a library's: sums over rows
// are made by blocks of rows and added in the order of the blocks, and products
// are rounded before they are added, so that a model has the same bits at any
// GOMAXPROCS and on every kind of processor. Tests hold it against gonum's
// optimisers, and testdata/oracle/check.py against scikit-learn.
//
// # File
//
// A model is one JSON object. With z = (x - centre)/scale, 0 where x is missing,
// the margin of class k is intercept[k] + Σ weights[k][j] z[j].
//
//	{"format": "mantis/logistic/1", "features": ["a", "b"], "centre": [0.1, 2], "scale": [1, 3],
//	 "weights": [[0.5, 0], [-0.5, 0]], "intercept": [-0.2, -1.7]}
//
// The probabilities of "mantis/logistic/1" are the softmax of the margins. A file
// of "mantis/svm/1" has two more lists, slope and offset: class k gets
// 1/(1 + exp(slope[k] margin + offset[k])), and these are divided by their sum.
package linear
