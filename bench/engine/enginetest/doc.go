// Package enginetest holds an engine against a reading of every passage.
package enginetest
