// Package extract turns a capture and its body into a document: the charset, the main text
// in blocks under section paths, metadata with what witnessed it, and footnotes.
//
// It owns the way from bytes to text. Each block carries runs, pieces of its text paired
// with ranges of the body, and a Decoder proves them from the body and the charset's name
// alone. What cannot be followed to its bytes is kept and marked untraced, never guessed.
//
// It is a stage: no clock, no network, no files; the same capture gives the same document.
// It refuses bodies above MaxBody and what is neither HTML nor plain text, with an error that
// says what is read. No input makes it panic.
//
// Three kinds of document have ways of their own: encyclopedia (MediaWiki pages in any
// rendering and copies that kept their notes), article (all other HTML) and text (plain or Markdown).
//
//	doc, err := extract.Extract(capture, body, extract.Options{Resolve: cite.Resolve})
//	dec, err := extract.NewDecoder(doc.Charset)
//	err = dec.Check(body, doc.Blocks[0].Text, doc.Blocks[0].Runs)
package extract
