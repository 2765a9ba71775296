package warctest

import (
	"crypto/sha256"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"ibid/internal/disk"
)

// requirements are the Python peers; a change makes another folder.
var requirements = []string{"warcio==1.8.1", "cdxj-indexer==1.5.0", "wacz==0.6.0"}

// peers installs the Python peers once a process.
var peers = sync.OnceValues(install)

// Python is a command of python3 that finds the peers.
func Python(t testing.TB, args ...string) *exec.Cmd {
	t.Helper()
	folder, err := peers()
	if err != nil {
		missing(t, "python3 with "+strings.Join(requirements, ", "), err)
	}
	cmd := exec.Command("python3", args...)
	cmd.Env = append(os.Environ(), "PYTHONPATH="+folder, "PYTHONDONTWRITEBYTECODE=1")
	return cmd
}

// install fills the cache folder, once for all processes that ask.
func install() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(strings.Join(requirements, " ")))
	folder := filepath.Join(cache, "ibid-peers", fmt.Sprintf("%x", sum[:6]))
	if err := disk.MkdirAll(filepath.Dir(folder)); err != nil {
		return "", err
	}
	lock, err := disk.Lock(folder + ".lock")
	for held := new(disk.Held); errors.As(err, &held); lock, err = disk.Lock(folder + ".lock") {
		time.Sleep(100 * time.Millisecond) // another test installs them
	}
	if err != nil {
		return "", err
	}
	defer lock.Close()
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	temporary := folder + ".new"
	if err := os.RemoveAll(temporary); err != nil {
		return "", err
	}
	cmd := exec.Command("python3", append([]string{"-m", "pip", "install", "--quiet", "--target", temporary},
		requirements...)...)
	cmd.Env = append(os.Environ(), "PIP_BREAK_SYSTEM_PACKAGES=1") // which a folder of its own does not
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	return folder, os.Rename(temporary, folder)
}

// Wget is the path of wget.
func Wget(t testing.TB) string {
	t.Helper()
	path, err := exec.LookPath("wget")
	if err != nil && os.Getenv("CI") == "true" {
		for _, args := range [][]string{{"update"}, {"install", "-y", "wget"}} {
			if out, e := exec.Command("apt-get", args...).CombinedOutput(); e != nil {
				missing(t, "wget", errors.Join(e, errors.New(string(out))))
			}
		}
		path, err = exec.LookPath("wget")
	}
	if err != nil {
		missing(t, "wget (apt-get install wget)", err)
	}
	return path
}

// missing ends a test whose tool is not there.
func missing(t testing.TB, tool string, err error) {
	t.Helper()
	if os.Getenv("CI") == "true" {
		t.Fatalf("%s could not be had, and CI demands it: %v", tool, err)
	}
	t.Skipf("%s could not be had, so it is not asked: %v", tool, err)
}
