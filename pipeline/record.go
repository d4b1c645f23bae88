package pipeline

import (
	"encoding/json"
	"time"

	"mantis/data"
)

// record keeps the record of a run in the store, unless the run changed
// nothing: no stage ran, and no dataset's latest moved. The settings are the
// parameters of every stage as they went into its action, so they hold no path.
func record(store *data.Store, program string, begun time.Time, steps []Step) error {
	r := data.Run{Began: begun.UTC(), Program: program}
	settings, changed := map[string]json.RawMessage{}, false
	for i := range steps {
		step := &steps[i]
		origin, err := step.origin()
		if err != nil {
			return err
		}
		settings[step.Stage.Name] = origin.Params
		changed = changed || !step.Known || step.Moved
		r.Steps = append(r.Steps, data.RunStep{
			Stage: step.Stage.Name, Version: step.Version.ID, Known: step.Known, Moved: step.Moved,
			Made: step.Made, Kept: step.Kept, Seconds: step.Took.Seconds(),
		})
	}
	if !changed {
		return nil
	}
	var err error
	if r.Settings, err = json.Marshal(settings); err != nil {
		return err
	}
	r.Seconds = time.Since(begun).Seconds()
	return store.Record(&r)
}
