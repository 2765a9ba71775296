// Command ibid is the one binary of Ibid: it keeps a corpus of archived pages and answers
// which passages say a thing, where they stood and what they rest on.
//
// One file a subcommand; wire.go alone knows which package does which step. Data goes to
// standard output, logs and progress to standard error. Nothing is fetched unless asked.
//
//	ibid init c && ibid add --corpus c pages/ && ibid index --corpus c
//	ibid search --corpus c --json '"nine militants were killed"'
package main
