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

// install fills the cache folder, in one step: another process may do the same.
func install() (string, error) {
	cache, err := os.UserCacheDir()
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256([]byte(strings.Join(requirements, " ")))
	folder := filepath.Join(cache, "ibid-peers", fmt.Sprintf("%x", sum[:6]))
	if _, err := os.Stat(folder); err == nil {
		return folder, nil
	}
	if err := os.MkdirAll(filepath.Dir(folder), 0o755); err != nil {
		return "", err
	}
	temporary, err := os.MkdirTemp(filepath.Dir(folder), "new-")
	if err != nil {
		return "", err
	}
	defer os.RemoveAll(temporary)
	args := append([]string{"-m", "pip", "install", "--quiet", "--target", temporary}, requirements...)
	if out, err := exec.Command("python3", args...).CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, out)
	}
	if err := os.Rename(temporary, folder); err != nil {
		if _, there := os.Stat(folder); there != nil {
			return "", err
		}
	}
	return folder, nil
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
