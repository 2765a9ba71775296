package main

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"ibid/internal/search"
)

// ibid runs one command line inside the test and returns its streams and exit code.
func ibid(t *testing.T, args ...string) (stdout, stderr string, code int) {
	t.Helper()
	var out, log bytes.Buffer
	code = run(t.Context(), args, stdio{In: strings.NewReader(""), Out: &out, Err: &log})
	return out.String(), log.String(), code
}

// must runs a command that has to succeed.
func must(t *testing.T, args ...string) string {
	t.Helper()
	out, log, code := ibid(t, args...)
	if code != exitFound {
		t.Fatalf("ibid %s: exit code %d\n%s", strings.Join(args, " "), code, log)
	}
	return out
}

// searchJSON runs a search and reads its answer; nothing found is an answer too.
func searchJSON(t *testing.T, dir string, args ...string) search.Answer {
	t.Helper()
	out, log, code := ibid(t, append([]string{"search", "--corpus", dir, "--json"}, args...)...)
	if code == exitError {
		t.Fatalf("ibid search %q: %s", args, log)
	}
	var a search.Answer
	if err := json.Unmarshal([]byte(out), &a); err != nil {
		t.Fatalf("ibid search %q: %v in %s", args, err, out)
	}
	if (a.Total == 0) != (code == exitNothing) {
		t.Errorf("ibid search %q: %d found and exit code %d", args, a.Total, code)
	}
	return a
}

// shared returns a path under the shared evaluation data. Outside CI a test that lacks it is
// skipped; under CI it fails.
func shared(t *testing.T, elem ...string) string {
	t.Helper()
	root := os.Getenv("IBID_SHARED")
	if root == "" {
		root = "../shared"
	}
	if !filepath.IsAbs(root) {
		root = filepath.Join("..", "..", root) // a relative value counts from the folder of go.mod
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		const msg = "shared data is missing: %v (set IBID_SHARED)"
		if os.Getenv("CI") != "" {
			t.Fatalf(msg, err)
		}
		t.Skipf(msg, err)
	}
	return path
}

// soak reports whether the full counts are to be run.
func soak() bool { return os.Getenv("IBID_SOAK") != "" }

// rounds is a reduced count, or the full one in a soak run.
func rounds(reduced, full int) int {
	if soak() {
		return full
	}
	return reduced
}

// edtfs lists the event dates of a hit.
func edtfs(h search.Hit) []string {
	var out []string
	for _, e := range h.Events {
		out = append(out, e.EDTF)
	}
	return out
}

// allHits lists every passage of a corpus, page by page.
func allHits(t *testing.T, dir string) []search.Hit {
	t.Helper()
	var hits []search.Hit
	args := []string{"--size", "100", "--facet", "none"}
	for {
		a := searchJSON(t, dir, args...)
		hits = append(hits, a.Hits...)
		if a.Next == "" {
			if len(hits) != a.Total {
				t.Fatalf("pages hold %d passages, the total is %d", len(hits), a.Total)
			}
			return hits
		}
		args = append(args[:4:4], "--cursor", a.Next)
	}
}
