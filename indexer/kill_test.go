package indexer

import (
	"bufio"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"ibid/indexer/query"
)

// soak reports whether the full counts of acceptance are asked for.
func soak() bool { return os.Getenv("IBID_SOAK") == "1" }

// killEnv names the folder that the child of TestKilledBuilds builds in.
const killEnv = "IBID_TEST_KILL_DIR"

// TestKilledBuildChild is not a test of its own: it builds without end, for its parent to kill.
func TestKilledBuildChild(t *testing.T) {
	dir := os.Getenv(killEnv)
	if dir == "" {
		t.Skip("runs as the child of TestKilledBuilds")
	}
	seed, err := strconv.ParseUint(os.Getenv("IBID_TEST_KILL_SEED"), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	items := world(seed, 120)
	fmt.Println("ready")
	if os.Getenv("IBID_TEST_KILL_UPDATES") != "" {
		updateWithoutEnd(t, dir, seed)
	}
	if os.Getenv("IBID_TEST_KILL_RESUMED") != "" {
		resumedBuild(t, dir)
		time.Sleep(time.Minute)
	}
	for {
		if _, err := Build(t.Context(), dir, each(items), BuildOptions{ShardPassages: 60}); err != nil {
			t.Fatal(err)
		}
		items = world(seed+uint64(len(items))%7+1, 120)
		seed++
	}
}

// updateWithoutEnd changes and compacts an index until it is killed.
func updateWithoutEnd(t *testing.T, dir string, seed uint64) {
	r, next := rand.New(rand.NewPCG(seed, 32)), 1000*int(seed)
	m := modelOf(t, dir)
	for k := 0; ; k++ {
		c := m.drawChange(r, &next)
		apply(t, dir, c.items, c.gone...)
		compactDir(t, dir, BuildOptions{ShardPassages: 60, Whole: k%4 == 3})
	}
}

// resumedBuild builds what TestKilledBuildsAreTakenUp wants and goes on from what there is.
func resumedBuild(t *testing.T, dir string) (Info, *resuming) {
	src := newResuming(world(34, 150))
	info, err := Build(t.Context(), dir, src.seq(), BuildOptions{ShardPassages: 50, Resume: src.resume(t)})
	if err != nil {
		t.Fatal(err)
	}
	return info, src
}

// Killed again and again, a build gets to its end, and to the same one.
func TestKilledBuildsAreTakenUp(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	r := rand.New(rand.NewPCG(34, 34))
	rounds := 4
	if soak() {
		rounds = 40
	}
	// How long a build takes is not known here, so the longest wait follows what was met: a kill
	// before the first finished shard doubles it, one after the end of the build halves it.
	killed, wait := 0, 250*time.Millisecond
	for tries := 0; killed < rounds && tries < 20*rounds; tries++ {
		killBuild(t, dir, 1, time.Duration(r.Int64N(int64(wait))), "IBID_TEST_KILL_RESUMED=1")
		_, unfinished := os.Stat(filepath.Join(dir, unfinishedName))
		_, whole := os.Stat(filepath.Join(dir, currentName))
		switch {
		case whole == nil:
			dir, wait = t.TempDir(), max(wait/2, time.Millisecond)
		case unfinished == nil:
			killed++
		default:
			wait = min(2*wait, time.Minute)
		}
	}
	if killed < rounds {
		t.Errorf("%d kills met a build with finished shards, %d are wanted", killed, rounds)
	}
	got, src := resumedBuild(t, dir)
	want, err := Build(t.Context(), t.TempDir(), each(world(34, 150)), BuildOptions{ShardPassages: 50})
	if err != nil || got.Content != want.Content {
		t.Errorf("killed %+v\nrun through %+v, %v", got, want, err)
	}
	if errs := Verify(t.Context(), dir); len(errs) > 0 {
		t.Error(errs)
	}
	t.Logf("figure: %d kills met a build with finished shards; the last run read %d of 150 documents", killed, src.read)
}

// modelOf reads back what an index holds.
func modelOf(t *testing.T, dir string) model {
	t.Helper()
	m := model{}
	for it, err := range openDir(t, dir).Walk(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		m[it.Document.ID] = it
	}
	return m
}

// Updates and compactions killed at a random moment leave a generation that is sound to the
// byte and goes on from there: it equals a build of the documents that are in it.
func TestKilledUpdates(t *testing.T) {
	t.Parallel()
	dir, _ := build(t, world(32, 40), 60)
	rounds := 8
	if soak() {
		rounds = 100
	}
	r := rand.New(rand.NewPCG(32, 32))
	changed := 0
	before := openDir(t, dir).Info()
	for i := range rounds {
		killBuild(t, dir, 200+uint64(i), time.Duration(r.IntN(600))*time.Millisecond, "IBID_TEST_KILL_UPDATES=1")
		modelOf(t, dir).equalsBuild(t, dir, 1)
		if now := openDir(t, dir).Info(); now.Generation != before.Generation {
			before = now
			changed++
		}
	}
	compactDir(t, dir, BuildOptions{Whole: true})
	apply(t, dir, world(33, 3))
	entries, _ := os.ReadDir(dir + "/" + shardsName)
	if _, err := os.Stat(dir + "/" + compactingName); err == nil || len(entries) > 3 {
		t.Errorf("debris was left: %d shards, %v", len(entries), err)
	}
	t.Logf("figure: %d kills, %d of them after a new generation", rounds, changed)
}

// A build killed at a random moment leaves a generation that answers, sound to the byte, and
// the next build clears its debris away.
func TestKilledBuilds(t *testing.T) {
	t.Parallel()
	dir, _ := build(t, world(31, 120), 60)
	rounds := 10
	if soak() {
		rounds = 60
	}
	r := rand.New(rand.NewPCG(31, 31))
	for i := range rounds {
		killBuild(t, dir, 100+uint64(i), time.Duration(r.IntN(150))*time.Millisecond)
		if errs := Verify(t.Context(), dir); len(errs) > 0 {
			t.Fatalf("round %d: %v", i, errs)
		}
		x, err := Open(dir, OpenOptions{})
		if err != nil {
			t.Fatalf("round %d: %v", i, err)
		}
		res, err := x.Search(t.Context(), query.Request{})
		if err != nil || res.Total != x.Info().Passages || res.Total == 0 {
			t.Errorf("round %d: %+v, %v", i, res, err)
		}
		x.Close()
	}
	if _, err := Build(t.Context(), dir, each(world(31, 120)), BuildOptions{ShardPassages: 60}); err != nil {
		t.Fatal(err)
	}
	shards, _ := os.ReadDir(dir + "/" + shardsName)
	if n := openDir(t, dir).Info().Shards; len(shards) > kept*(n+2) {
		t.Errorf("%d folders of shards for %d shards a generation: debris was left", len(shards), n)
	}
}

// killBuild starts a child that builds in dir and kills it a while after it began.
func killBuild(t *testing.T, dir string, seed uint64, after time.Duration, env ...string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe, "-test.run=^TestKilledBuildChild$", "-test.v")
	cmd.Env = append(append(os.Environ(), env...), killEnv+"="+dir, fmt.Sprint("IBID_TEST_KILL_SEED=", seed))
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(out); s.Scan(); {
		if s.Text() == "ready" {
			break
		}
	}
	time.Sleep(after)
	if err := cmd.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Wait() // it was killed
}
