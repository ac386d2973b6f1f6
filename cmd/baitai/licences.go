package main

import "context"

// runLicences shows what the program and its tables may be used under.
func runLicences(_ context.Context, c *call) error { return c.help("licences") }
