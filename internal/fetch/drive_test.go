package fetch

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
)

// hostPart is the host of a test's item: what stands before the slash.
func hostPart(s string) string { h, _, _ := strings.Cut(s, "/"); return h }

// Every item is visited once, of one host one at a time and in order, of all hosts never more
// than asked for; what a visit finds is visited too.
func TestDrive(t *testing.T) {
	t.Parallel()
	finds := map[string][]string{"a/1": {"a/5", "d/1"}, "d/1": {"b/9", "d/2"}, "b/2": {"a/6"}}
	first := []string{"a/1", "a/2", "b/1", "a/3", "c/1", "b/2"}
	want := map[string]string{"a": "a/1 a/2 a/3 a/5 a/6", "b": "b/1 b/2 b/9", "c": "c/1", "d": "d/1 d/2"}
	for hosts := 1; hosts <= 5; hosts++ {
		var mu sync.Mutex
		seen, busy := map[string][]string{}, map[string]bool{}
		err := Drive(t.Context(), hosts, first, hostPart, func(_ context.Context, s string) ([]string, error) {
			mu.Lock()
			h := hostPart(s)
			if busy[h] || len(busy) >= hosts {
				t.Errorf("%d hosts: %s while %v are visited", hosts, s, busy)
			}
			busy[h] = true
			seen[h] = append(seen[h], s)
			mu.Unlock()
			mu.Lock()
			defer mu.Unlock()
			delete(busy, h)
			return finds[s], nil
		})
		if err != nil {
			t.Fatal(err)
		}
		for h, w := range want {
			got := seen[h]
			if h == "a" { // which of the two finds comes first is up to the other hosts
				got = append(slices.Clone(got[:min(3, len(got))]), slices.Sorted(slices.Values(got[min(3, len(got)):]))...)
			}
			if strings.Join(got, " ") != w {
				t.Errorf("%d hosts: visited %q of %s, want %s", hosts, seen[h], h, w)
			}
		}
	}
}

// The hosts really are visited side by side: each visit waits for all the others.
func TestDriveIsSideBySide(t *testing.T) {
	t.Parallel()
	var all sync.WaitGroup
	all.Add(4)
	err := Drive(t.Context(), 4, []string{"a", "b", "c", "d"}, hostPart, func(context.Context, string) ([]string, error) {
		all.Done()
		all.Wait()
		return nil, nil
	})
	if err != nil {
		t.Error(err)
	}
}

// An error ends the whole, and what is under way is told and waited for.
func TestDriveEnds(t *testing.T) {
	t.Parallel()
	broken := errors.New("broken")
	var mu sync.Mutex
	ended := 0
	err := Drive(t.Context(), 3, []string{"a/1", "b/1", "c/1", "a/2", "b/2"}, hostPart, func(ctx context.Context, s string) ([]string, error) {
		if s == "c/1" {
			return nil, broken
		}
		<-ctx.Done()
		mu.Lock()
		ended++
		mu.Unlock()
		return []string{"x/1"}, ctx.Err()
	})
	if err != broken || ended != 2 {
		t.Errorf("ended %d visits with %v", ended, err)
	}
	if err := Drive(t.Context(), 1, nil, hostPart, func(context.Context, string) ([]string, error) { return nil, broken }); err != nil {
		t.Errorf("nothing to visit: %v", err)
	}
}
