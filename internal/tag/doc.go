// Package tag reads out of a passage when, where and who.
//
// It owns the walk that runs timex, gazetteer and actor over a document, the rules for names
// that overlap, the difference between the place of an event and a place that is only
// mentioned, and the link between an event and its places.
//
// It guarantees that every tag carries the words it was read from, that the same document
// gives the same tags, and that what could not be settled is listed as unresolved with its
// reason. It refuses to count a place that is only part of another name, as Chechnya in
// "Ministry of Internal Affairs of Chechnya", or only an adjective: such a place is kept and
// marked embedded. A name that stands alone in the same passage counts.
//
//	t, err := tag.New(places, actors)
//	t.Tag(doc, passages) // fills passages[i].Tags
package tag
