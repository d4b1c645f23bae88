package main

import "strings"

// isUnknownCommand recognises cobra's own complaint, which has no type.
func isUnknownCommand(err error) bool { return strings.HasPrefix(err.Error(), "unknown command") }
