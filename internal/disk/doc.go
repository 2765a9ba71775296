// Package disk is the one way in which archive and index touch files, so that tests can put a
// file system in its place that fails when told to and loses what was not synced.
//
// It owns the few operations that both are built of: open, append, sync, list, rename, remove,
// map, lock, and the two ways to write a file so that a reader never meets half of it
// (WriteSynced, Replace). A path that Mount gave leads to the file system mounted there; every
// other path leads to the machine.
//
// It guarantees that what Replace or MkdirAll has returned outlasts a loss of power, names
// included. It refuses nothing and judges no error: who calls knows what was at stake.
//
//	err := disk.Replace("corpus/index/CURRENT", b)
package disk
