package intake

import (
	"fmt"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/archive"
)

// SingleFile, an extension of browsers, saves a page with all that it needs in one HTML file,
// pictures as data: addresses, and writes where and when into a comment in front:
//
//	<!DOCTYPE html> <html lang=en><!--
//	 Page saved with SingleFile
//	 url: https://wire.example/a
//	 saved date: Sat Mar 02 2024 11:00:00 GMT+0100 (Central European Standard Time)
//	-->
//
// It is believed only there, in front of all content. It stands in the page itself, so a page
// that was saved in another way could imitate it: what was taken from it is kept with the
// capture, and add prints the address.

// maxFront is how far the comment may reach into the file.
const maxFront = 32 << 10

// dateForm is how JavaScript writes a time, without the name of the zone.
const dateForm = "Mon Jan 02 2006 15:04:05 GMT-0700"

// applySingleFile takes address and time of a page out of the comment of SingleFile, if it has
// one.
func applySingleFile(r *archive.Record, file string) error {
	url, at, ok, err := readSingleFile(r.Body)
	if !ok || err != nil {
		return err
	}
	r.URL, r.At = url, at
	r.Metadata = []corpus.Header{{Name: "imported-from", Value: file},
		{Name: "address-from", Value: "the comment of SingleFile in the page"}}
	return nil
}

// readSingleFile reads the comment; ok is false when there is none.
func readSingleFile(body []byte) (url string, at time.Time, ok bool, err error) {
	comment, ok := frontComment(string(body[:min(len(body), maxFront)]))
	if !ok {
		return "", time.Time{}, false, nil
	}
	fields := map[string]string{}
	for line := range strings.Lines(comment) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		if _, twice := fields[name]; !twice {
			fields[name] = strings.TrimSpace(value)
		}
	}
	if !isWeb(fields["url"]) {
		return "", at, true, fmt.Errorf("the comment of SingleFile gives no address, but %q", fields["url"])
	}
	date, _, _ := strings.Cut(fields["saved date"], " (")
	at, err = time.Parse(dateForm, date)
	if err != nil {
		return "", at, true, fmt.Errorf("the comment of SingleFile gives no time, but %q", fields["saved date"])
	}
	return fields["url"], at.UTC(), true, nil
}

// frontComment is the rest of the comment of SingleFile behind its first line.
func frontComment(s string) (comment string, ok bool) {
	s = strings.TrimSpace(strings.TrimPrefix(s, "\ufeff"))
	for _, tag := range []string{"<!doctype", "<html"} {
		if len(s) > len(tag) && strings.EqualFold(s[:len(tag)], tag) {
			_, s, _ = strings.Cut(s, ">")
			s = strings.TrimSpace(s)
		}
	}
	s, ok = strings.CutPrefix(s, "<!--")
	if !ok {
		return "", false
	}
	s, _, ok = strings.Cut(s, "-->")
	if !ok {
		return "", false
	}
	return strings.CutPrefix(strings.TrimSpace(s), "Page saved with SingleFile")
}
