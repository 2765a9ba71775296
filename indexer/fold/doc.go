// Package fold decides when two words are the same word.
//
// It owns the folding of characters, the cutting of a text into words, the stems of loose
// words and the verbatim comparison. Every place that compares texts goes through it, so a
// phrase, an index and a label cannot disagree about what is equal.
//
// It guarantees that a text in NFC and the same text in NFD give the same tokens, that every
// letter, digit and sign of a text stands in a token, that each token knows the bytes that
// made it, and that no input makes it fail. It refuses to guess: no stop words, no synonyms,
// no transliteration; stems are asked for apart and never enter a token.
//
//	for _, t := range fold.Tokens(nil, "Katyr-Yurt, 1,145 men") {
//		fmt.Println(t.Text) // katyr, yurt, 1145, men
//	}
package fold
