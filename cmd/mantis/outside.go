package main

import (
	"errors"
	"fmt"
	"strings"

	"mantis/data"
	"mantis/stages"
)

// parseOutsideFile reads FILE[,delay=…][,max_age=…][,columns=a+b]. A comma may
// belong to the file's name, where there is a file of that name.
func parseOutsideFile(spec string) (stages.OutsideFile, error) {
	f := stages.OutsideFile{Path: spec}
	wrong := func(err error) (stages.OutsideFile, error) {
		return f, data.WithHint(fmt.Errorf("%w: --outside %q: %w", errUsage, spec, err), "want FILE, or FILE,delay=1d,max_age=3d,columns=a+b")
	}
	for {
		i := strings.LastIndex(f.Path, ",")
		if i < 0 || exists(f.Path) {
			break
		}
		key, value, ok := strings.Cut(f.Path[i+1:], "=")
		if !ok {
			break
		}
		var err error
		switch strings.TrimSpace(key) {
		case "delay":
			f.Delay, err = data.ParseInterval(value)
		case "max_age":
			f.MaxAge, err = data.ParseInterval(value)
		case "columns":
			f.Columns = strings.Split(strings.ToLower(value), "+")
		default:
			err = fmt.Errorf("%q is none of delay, max_age and columns", key)
		}
		if err != nil {
			return wrong(err)
		}
		f.Path = f.Path[:i]
	}
	if f.Path == "" {
		return wrong(errors.New("no file is named"))
	}
	return f, nil
}
