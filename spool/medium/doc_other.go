//go:build !linux

// Package medium copies files from and to a removable medium (媒体). It works on
// Linux only.
package medium
