package main

import (
	"fmt"
	"strings"

	"mantis/data"
	"mantis/stages"
)

// parseOutsideFile reads FILE[,delay=…][,max_age=…][,columns=a+b].
func parseOutsideFile(spec string) (f stages.OutsideFile, err error) {
	f.Path, err = parseFile("--outside", spec, "want FILE, or FILE,delay=1d,max_age=3d,columns=a+b", func(key, value string) (err error) {
		switch key {
		case "delay":
			f.Delay, err = data.ParseInterval(value)
		case "max_age":
			f.MaxAge, err = data.ParseInterval(value)
		case "columns":
			f.Columns = strings.Split(strings.ToLower(value), "+")
		default:
			err = fmt.Errorf("%q is none of delay, max_age and columns", key)
		}
		return err
	})
	return f, err
}
