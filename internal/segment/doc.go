// Package segment cuts a document into passages: one for each block that is no heading, more
// for a long one.
//
// It owns where a passage begins and ends. A block of more than MaxWords words is cut at
// sentence ends into parts of about equal length; where no sentence ends within HardWords
// words, at a space. The parts of a block, a space between them, are the block's text again;
// runs and note marks are cut and shifted with it. Only text without a letter, a digit or a
// note mark gives no passage.
//
// It is a stage: the same document gives the same passages, and the document stays as it is.
//
//	passages := segment.Split(doc)
package segment
