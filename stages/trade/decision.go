package trade

// Action is what a strategy wants done at a close.
type Action int

// The actions.
const (
	Keep      Action = iota // leave the holding as it is; what waits goes on waiting
	Rebalance               // go to the target; what waits is dropped
	Missing                 // keep, because the class to act on is missing
)

// Decision is a strategy's answer at the close of a bar.
type Decision struct {
	Action Action
	Target Weights // read only where Action is Rebalance
	Class  int     // the predicted class acted on, 1 to 5; 0 where there is none
	Reason string  // goes with the order into its fills; of Keep and Missing: why nothing is done, empty where nothing was due
}
