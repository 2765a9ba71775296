// Package warctest gives tests the real tools that read and write the same files as Ibid:
// Python's warcio, cdxj-indexer and wacz, and wget.
//
// It installs what is missing: the Python ones, pinned, into a cache folder of the user, wget
// from Debian's packages where CI=true. A test whose tool cannot be had is skipped and says so;
// where CI=true it fails.
//
//	out, err := warctest.Python(t, "-m", "warcio.cli", "check", path).CombinedOutput()
package warctest
