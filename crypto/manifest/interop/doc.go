// Package interop holds no code but a test: the manifests of a result (送付目録), read
// by in-toto's own library.
package interop
