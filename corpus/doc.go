// Package corpus holds the nouns of Ibid: snapshot, capture, document, passage, run,
// note, citation, event date, place, actor, and the identities that join them.
//
// It owns what these values mean and when they are valid; every noun has a Validate that
// names the field at fault. It does no I/O, keeps no state and imports nothing of ours.
//
// Three conventions hold everywhere. An offset is a byte offset and a range is half open.
// Text is valid UTF-8. A time is passed in, never read from a clock.
//
//	doc := corpus.DocumentIDOf("https://wire.example/a")
//	id := corpus.PassageIDOf("https://wire.example/a", "Two people were hurt.", 0)
package corpus
