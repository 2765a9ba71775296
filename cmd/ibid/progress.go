package main

import (
	"fmt"
	"io"
	"os"
	"time"

	"github.com/schollz/progressbar/v3"
)

// progress shows how far long work has come: a bar on a terminal, a log line every few
// seconds elsewhere.
type progress struct {
	bar   *progressbar.ProgressBar
	w     io.Writer
	what  string
	total int
	done  int
	last  time.Time
	start time.Time
}

// logEvery is how often work without a terminal says where it is.
const logEvery = 5 * time.Second

// newProgress starts showing work of total steps on w; total -1 means unknown.
func newProgress(w io.Writer, what string, total int) *progress {
	now := time.Now()
	p := &progress{w: w, what: what, total: total, last: now, start: now}
	if f, ok := w.(*os.File); ok && isTerminal(f) {
		p.bar = progressbar.NewOptions(total, progressbar.OptionSetWriter(w),
			progressbar.OptionSetDescription(what), progressbar.OptionShowCount(),
			progressbar.OptionShowIts(), progressbar.OptionClearOnFinish(),
			progressbar.OptionThrottle(100*time.Millisecond))
	}
	return p
}

// step counts one more.
func (p *progress) step() {
	p.done++
	if p.bar != nil {
		_ = p.bar.Add(1) // a bar that cannot be drawn is no reason to stop
		return
	}
	if now := time.Now(); now.Sub(p.last) >= logEvery {
		p.last = now
		rate := float64(p.done) / now.Sub(p.start).Seconds()
		if p.total > 0 {
			left := time.Duration(float64(p.total-p.done) / rate * float64(time.Second))
			fmt.Fprintf(p.w, "%s: %d of %d, %.0f a second, %v left\n", p.what, p.done, p.total, rate,
				left.Round(time.Second))
		} else {
			fmt.Fprintf(p.w, "%s: %d, %.0f a second\n", p.what, p.done, rate)
		}
	}
}

// more says that n further steps have turned up.
func (p *progress) more(n int) {
	p.total += n
	if p.bar != nil {
		p.bar.AddMax(n)
	}
}

// end removes the bar.
func (p *progress) end() {
	if p.bar != nil {
		_ = p.bar.Finish()
	}
}

// isTerminal reports whether f is a terminal.
func isTerminal(f *os.File) bool {
	st, err := f.Stat()
	return err == nil && st.Mode()&os.ModeCharDevice != 0
}
