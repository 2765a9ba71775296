// Package cite turns the footnotes of a page into records of the works they cite, and
// writes such records in the styles that readers take away.
//
// It owns three things: reading (Resolve, ResolveAll), what a link in a note is for (Role),
// and writing (Write). It reads corpus.Note values and never sees HTML. A note has up to
// three witnesses: the machine record beside a <cite> (COinS), its visible text, and its
// links. Each field of a record comes from the strongest witness that has it, and the
// record names that witness. The visible text is kept with every record.
//
// It guarantees that a URL in a record is http or https, that the same notes give the same
// records, and that the metacharacters of a style never leave the field they stand in.
//
// It refuses to guess. A note in which nothing plain can be read stays unresolved: its
// Citations are empty, which callers count and show.
//
//	note := corpus.Note{ID: "cite_note-1", Text: `"Bridge opens". Hill Wire. 3 May 2020.`}
//	cite.Resolve(&note)
//	err := cite.Write(os.Stdout, "bibtex", []cite.Item{{Citation: note.Citations[0].CSL}})
package cite
