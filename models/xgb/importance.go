package xgb

import "fmt"

// Importances are the kinds of Importance, by XGBoost's names.
func Importances() []string {
	return []string{"gain", "cover", "weight", "total_gain", "total_cover"}
}

// Importance returns how much the trees make of each feature, as XGBoost's
// get_score has it in every bit: weight is the number of splits on it, total_gain
// and total_cover the sums of their loss reductions and hessians, gain and cover
// the means. A feature without splits, which get_score leaves out, has 0.
func (b *Booster) Importance(kind string) ([]float64, error) {
	splits, sum := make([]float32, b.NumFeature()), make([]float32, b.NumFeature())
	for _, t := range b.trees {
		// XGBoost's walk, for a float32 sum depends on its order: right first.
		for todo := []int32{0}; len(todo) > 0; {
			i := todo[len(todo)-1]
			todo = todo[:len(todo)-1]
			if t.left[i] < 0 {
				continue
			}
			todo = append(todo, t.left[i], t.right[i])
			f := t.feature[i]
			splits[f]++
			switch kind {
			case "gain", "total_gain":
				sum[f] += t.loss[i]
			case "cover", "total_cover":
				sum[f] += t.hess[i]
			}
		}
	}
	out := make([]float64, len(sum))
	for f := range out {
		switch kind {
		case "weight":
			out[f] = float64(splits[f])
		case "total_gain", "total_cover":
			out[f] = float64(sum[f])
		case "gain", "cover":
			out[f] = float64(sum[f] / max(1, splits[f]))
		default:
			return nil, fmt.Errorf("xgb: importance %q: want one of %v", kind, Importances())
		}
	}
	return out, nil
}
