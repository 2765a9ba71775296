package main

import (
	"strings"

	"github.com/spf13/cobra"

	"ibid/internal/cite"
	"ibid/internal/search"
)

func citeCommand() *cobra.Command {
	c := &cobra.Command{
		Use:   "cite PASSAGE…",
		Short: "Write the works a passage rests on, or its page where it has no notes",
		Args:  atLeast(1, "a passage id"),
	}
	dir := corpusFlag(c)
	style := c.Flags().String("style", "plain", strings.Join(cite.Styles(), ", "))
	c.RunE = func(c *cobra.Command, args []string) error {
		var items []cite.Item
		unresolved := 0
		err := eachPassage(c, *dir, args, func(p *search.PassageAnswer) error {
			more, open := citedBy(p)
			items = append(items, more...)
			unresolved += open
			return nil
		})
		if err != nil {
			return err
		}
		if unresolved > 0 {
			c.PrintErrf("%s could not be resolved to a work; see ibid show\n", count(unresolved, "note"))
		}
		return cite.Write(c.OutOrStdout(), *style, items)
	}
	return c
}

// citedBy lists the works that the notes of a passage name, and how many notes name none that
// could be read. A passage without a resolved note is cited by its page.
func citedBy(p *search.PassageAnswer) (items []cite.Item, unresolved int) {
	found := cite.Found{Title: p.Source.Title, URL: p.Source.URL, Captured: p.Source.Captured, Snapshot: p.Source.Snapshot}
	for _, x := range p.Citations {
		if x.Unresolved {
			unresolved++
			continue
		}
		items = append(items, cite.Item{Citation: x.CSL, FoundIn: found, Passage: p.Text})
	}
	if len(items) == 0 {
		items = []cite.Item{{Citation: cite.FromDocument(p.Document), FoundIn: found, Passage: p.Text}}
	}
	return items, unresolved
}
