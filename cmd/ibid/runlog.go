package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"ibid/corpus"
)

// runLogFile is where a fetch that is under way keeps what it has done, in the folder of the
// corpus. The first line says when the run began, each further one names an address that needs no
// second visit in this run. A line is written before the address is acknowledged, so that a run
// that is killed and taken up again asks for no acknowledged address twice; it is not synced,
// since all that a loss of power can cost is a second, conditional visit. A run that has come to
// its end removes the file.
const runLogFile = "fetch.run"

// runLogVersion is the number of the format.
const runLogVersion = 1

// runHead is the first line.
type runHead struct {
	Version int       `json:"ibid_fetch"`
	Began   time.Time `json:"began"`
}

// runLine is what became of one address.
type runLine struct {
	URL string `json:"url"` // as corpus.NormalizeURL writes it
}

// runLog is an open log.
type runLog struct {
	path   string
	f      *os.File // nil where nothing is written
	began  time.Time
	before int             // addresses done before the run was interrupted
	done   map[string]bool // by corpus.NormalizeURL
}

// readRunLog reads the log of an interrupted run; without one it is empty and began is zero. The
// size is that of the whole lines: what stands behind was being written when the run ended.
func readRunLog(dir string) (l *runLog, size int64, err error) {
	l = &runLog{path: filepath.Join(dir, runLogFile), done: map[string]bool{}}
	data, err := os.ReadFile(l.path)
	if errors.Is(err, fs.ErrNotExist) {
		return l, 0, nil
	}
	if err != nil {
		return nil, 0, fileError(l.path, err)
	}
	data = data[:bytes.LastIndexByte(data, '\n')+1]
	for n, line := range bytes.Split(bytes.TrimSuffix(data, []byte("\n")), []byte("\n")) {
		var head runHead
		var at runLine
		switch {
		case len(data) == 0:
		case n == 0 && (json.Unmarshal(line, &head) != nil || head.Version != runLogVersion):
			return nil, 0, corpus.Errorf(corpus.Format, l.path, "is not the log of a fetch of this version").
				WithRemedy("start the run anew with --fresh")
		case n == 0:
			l.began = head.Began
		case json.Unmarshal(line, &at) == nil && at.URL != "":
			l.done[at.URL] = true
		}
	}
	l.before = len(l.done)
	return l, int64(len(data)), nil
}

// openRunLog opens the log of an interrupted run to go on, or begins one. Fresh begins one in
// any case.
func openRunLog(dir string, fresh bool, at time.Time) (*runLog, error) {
	path := filepath.Join(dir, runLogFile)
	if fresh {
		if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return nil, fileError(path, err)
		}
	}
	l, size, err := readRunLog(dir)
	if err != nil {
		return nil, err
	}
	if l.f, err = os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644); err != nil {
		return nil, fileError(path, err)
	}
	if err := l.f.Truncate(size); err != nil {
		return nil, errors.Join(fileError(path, err), l.f.Close())
	}
	if size == 0 {
		l.began = at
		if err := l.write(runHead{Version: runLogVersion, Began: at}); err != nil {
			return nil, errors.Join(err, l.f.Close())
		}
	}
	return l, nil
}

// has reports whether an address needs no visit in this run any more.
func (l *runLog) has(rawURL string) bool { return l.done[corpus.NormalizeURL(rawURL)] }

// add notes that an address needs no second visit in this run.
func (l *runLog) add(rawURL string) error {
	key := corpus.NormalizeURL(rawURL)
	l.done[key] = true
	return l.write(runLine{URL: key})
}

// write appends a line in one piece.
func (l *runLog) write(v any) error {
	line, err := json.Marshal(v)
	if err != nil {
		return corpus.Errorf(corpus.Internal, l.path, "%w", err)
	}
	if _, err := l.f.Write(append(line, '\n')); err != nil {
		return fileError(l.path, err)
	}
	return nil
}

// close ends the log; a run that has come to its end leaves none.
func (l *runLog) close(ended bool) error {
	if l.f == nil {
		return nil
	}
	err := l.f.Close()
	if ended {
		err = errors.Join(err, os.Remove(l.path))
	}
	if err != nil {
		return fileError(l.path, err)
	}
	return nil
}
