// Command ours races Ibid itself, through the public indexer alone.
//
// A line of the corpus becomes a passage with one event on its day, one place that is a
// republic of a country, and its actors as groups; ten passages make a document.
package main
