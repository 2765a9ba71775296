package main

import (
	"fmt"
	"io"
	"strings"

	"github.com/spf13/cobra"

	"ibid/internal/search"
)

func showCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "show PASSAGE…",
		Short: "Show a passage with its tags and why, its notes, and its place in the snapshot",
		Args:  atLeast(1, "a passage id"),
	}
	dir, asJSON := corpusFlag(c), jsonFlag(c)
	c.RunE = func(c *cobra.Command, args []string) error {
		return eachPassage(c, *dir, args, func(p *search.PassageAnswer) error {
			if *asJSON {
				return printJSON(c.OutOrStdout(), p)
			}
			showPassage(c.OutOrStdout(), p)
			return nil
		})
	}
	return c
}

// eachPassage looks up passages by id, in the order asked for.
func eachPassage(c *cobra.Command, dir string, args []string, do func(*search.PassageAnswer) error) error {
	s, err := openSite(dir)
	if err != nil {
		return err
	}
	ix, err := s.openIndex(verifyAuto)
	if err != nil {
		return err
	}
	defer ix.Close()
	svc, err := s.service(ix)
	if err != nil {
		return err
	}
	for _, arg := range args {
		id, err := passageID(arg)
		if err != nil {
			return err
		}
		p, err := svc.Passage(c.Context(), id)
		if err != nil {
			return err
		}
		if err := do(p); err != nil {
			return err
		}
	}
	return nil
}

// showPassage writes a passage for a reader.
func showPassage(w io.Writer, p *search.PassageAnswer) {
	src := p.Source
	fmt.Fprintf(w, "%s\n\n%s\n\n", p.ID, p.Text)
	line(w, "Page", src.Title)
	line(w, "Section", strings.Join(p.Section, " › "))
	line(w, "Publisher", src.Publisher)
	line(w, "Published", src.Published)
	line(w, "URL", src.URL)
	line(w, "Captured", src.Captured.Format("2006-01-02 15:04:05 MST"))
	line(w, "Snapshot", "sha256 "+string(src.Snapshot))
	if p.Untraced {
		line(w, "Bytes", "could not be followed into the snapshot")
	} else if n := len(src.Runs); n > 0 {
		line(w, "Bytes", fmt.Sprintf("%d to %d of the snapshot, in %s", src.Runs[0].Bytes[0],
			src.Runs[n-1].Bytes[1], count(n, "run")))
	}
	for _, e := range p.Events {
		line(w, "Event", fmt.Sprintf("%s (%s, %s) %s", e.EDTF, e.Precision, e.Inference, e.Rule))
	}
	for _, pl := range p.Places {
		role := pl.Role
		if pl.Embedded {
			role = "part of a name, not counted"
		}
		line(w, "Place", fmt.Sprintf("%s [%s] (%s) %s", strings.Join(pl.Path, " › "), pl.ID, role, pl.Rule))
	}
	for _, a := range p.Actors {
		line(w, "Actor", fmt.Sprintf("%s [%s] (%s) %s", a.Name, a.ID, a.Kind, a.Rule))
	}
	for _, u := range p.Unresolved {
		line(w, "Open", fmt.Sprintf("%s %q: %s", u.Kind, u.Text, u.Reason))
	}
	for i, n := range p.Citations {
		what := n.Raw
		if n.Unresolved {
			what = "(not resolved) " + what
		}
		line(w, fmt.Sprintf("Note %d", i+1), fmt.Sprintf("[%s] %s", n.Note, what))
	}
	fmt.Fprintln(w)
}

// line writes one named value and leaves out what is empty.
func line(w io.Writer, name, value string) {
	if value = strings.TrimSpace(value); value != "" {
		fmt.Fprintf(w, "%-10s %s\n", name, value)
	}
}
