package disk

import (
	"io"
	"io/fs"
	"os"
	"strings"
	"sync"
)

// System is a file system: that of the machine, or one that a test mounts.
type System interface {
	Files
	Names
	Folders
}

// Files are the operations on files.
type Files interface {
	Open(path string, flag int) (File, error) // with one of the flags below
	Stat(path string) (fs.FileInfo, error)
	Lock(path string) (io.Closer, error) // a *Held when another has it
}

// Names are the operations on names in folders. None lasts before Sync of the folder.
type Names interface {
	Mkdir(path string) error      // an existing folder is no error
	Rename(from, to string) error // replaces a file that is there
	Remove(path string) error     // with all below; absence is no error
}

// Folders are the operations on folders as a whole.
type Folders interface {
	List(path string) ([]string, error) // names, sorted
	Sync(path string) error             // makes new, renamed and removed names last
}

// File is an open file. Write appends.
type File interface {
	io.ReaderAt
	io.WriteCloser
	Content
}

// Content is what a File can do besides reading and writing.
type Content interface {
	Sync() error
	Truncate(size int64) error
	Size() (int64, error)
}

// Flags of Open.
const (
	ForReading = os.O_RDONLY
	ForAppend  = os.O_RDWR | os.O_APPEND
	ForNew     = os.O_RDWR | os.O_APPEND | os.O_CREATE | os.O_EXCL
	ForReplace = os.O_RDWR | os.O_APPEND | os.O_CREATE | os.O_TRUNC
)

// Held says that a lock is another's.
type Held struct {
	PID string // of the holder; empty when that is not known
}

// Error names the holder.
func (h *Held) Error() string {
	if h.PID == "" {
		return "another process holds the lock"
	}
	return "process " + h.PID + " holds the lock"
}

// mountMark begins each path that is mounted. No path of a machine holds it.
const mountMark = "\x00"

// mounts are the mounted file systems by their path; empty outside tests.
var mounts sync.Map

// Mount makes a file system reachable below a path, which it returns; release ends that. The
// name must not be in use. It is for tests: no path that a user can name leads there.
func Mount(name string, s System) (path string, release func()) {
	root := mountMark + name
	mounts.Store(root, s)
	return root, func() { mounts.Delete(root) }
}

// at is the file system that a path lies in.
func at(path string) System {
	if !strings.HasPrefix(path, mountMark) {
		return machine{}
	}
	root, _, _ := strings.Cut(strings.ReplaceAll(path, string(os.PathSeparator), "/"), "/")
	s, ok := mounts.Load(root)
	if !ok {
		return machine{} // which says that there is no such path
	}
	return s.(System)
}

// mounted reports whether a path leads to a mounted file system.
func mounted(path string) bool { return strings.HasPrefix(path, mountMark) }
