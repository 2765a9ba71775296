package disk

import (
	"errors"
	"io/fs"
	"os"
	"sort"
	"strconv"
	"strings"
)

// machine is the file system of the machine.
type machine struct{}

// machineFile adds Size to an os.File.
type machineFile struct{ *os.File }

// Size is how many bytes the file has.
func (f machineFile) Size() (int64, error) {
	info, err := f.Stat()
	if err != nil {
		return 0, err
	}
	return info.Size(), nil
}

func (machine) Open(path string, flag int) (File, error) {
	f, err := os.OpenFile(path, flag, 0o644)
	if err != nil {
		return nil, err
	}
	return machineFile{f}, nil
}

func (machine) Stat(path string) (fs.FileInfo, error) { return os.Stat(path) }

func (machine) Mkdir(path string) error {
	if err := os.Mkdir(path, 0o755); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}

func (machine) Rename(from, to string) error { return os.Rename(from, to) }

func (machine) Remove(path string) error { return os.RemoveAll(path) }

func (machine) List(path string) ([]string, error) {
	entries, err := os.ReadDir(path)
	if err != nil {
		return nil, err
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	sort.Strings(names)
	return names, nil
}

// writePID notes the holder of a lock in its file.
func writePID(f *os.File) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(strconv.Itoa(os.Getpid())+"\n"), 0)
	return err
}

// readPID reads the process id that the holder wrote; empty when it is not there yet.
func readPID(f *os.File) string {
	var b [24]byte
	n, _ := f.ReadAt(b[:], 0)
	return strings.TrimSpace(string(b[:n]))
}
