// Package history compares the captures of an address: which passages stand, came, went or changed
// their words, and what became of each over time.
//
// It guarantees that every passage of two versions is in exactly one change; that a passage whose
// id is in both stands, wherever it moved; that the pieces of a changed text, without what was
// added, are the old text to the byte, and without what went the new one; and that the same
// versions give the same changes.
//
// A passage that went and one that came are one that changed when half of their words or more are
// the same; the most alike are paired first. That is a guess about the author's deed, never about
// the texts: both are shown.
//
//	changes := history.Compare(before, after)
//	lives := history.Lives(versions)
package history
