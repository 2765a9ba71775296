package corpus

import (
	"errors"
	"fmt"
	"strings"
)

// Kind is the closed list of what can go wrong. The tables from a kind to an HTTP
// status and to an exit code stand at the edge, in internal/web and cmd/ibid.
type Kind string

// The kinds. The zero Kind means Internal.
const (
	NotFound    Kind = "not found"   // the named thing does not exist
	Invalid     Kind = "invalid"     // the caller's input breaks a rule; the text names field and remedy
	Format      Kind = "format"      // bytes from outside are not what they claim to be
	Corrupt     Kind = "corrupt"     // bytes of ours changed since they were written
	Unavailable Kind = "unavailable" // the outside world did not answer, or refused
	Locked      Kind = "locked"      // another process holds the corpus
	Internal    Kind = "internal"    // a defect of Ibid
)

// Error is a failure with its kind, the item it happened to, and what the user can do.
type Error struct {
	Kind   Kind
	Item   string // file, URL, line or field, as the user knows it; may be empty
	Remedy string // what to do about it; may be empty
	Err    error  // the cause; never nil
}

// Error gives "item: cause; remedy" without the parts that are empty.
func (e *Error) Error() string {
	var b strings.Builder
	if e.Item != "" {
		b.WriteString(e.Item)
		b.WriteString(": ")
	}
	b.WriteString(e.Err.Error())
	if e.Remedy != "" {
		b.WriteString("; ")
		b.WriteString(e.Remedy)
	}
	return b.String()
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error { return e.Err }

// Errorf makes an error of a kind about an item. The format may wrap a cause with %w.
func Errorf(kind Kind, item, format string, args ...any) *Error {
	return &Error{Kind: kind, Item: item, Err: fmt.Errorf(format, args...)}
}

// WithRemedy returns a copy of e that tells the user what to do.
func (e *Error) WithRemedy(remedy string) *Error {
	c := *e
	c.Remedy = remedy
	return &c
}

// KindOf reports the kind of the outermost Error in err's chain; Internal when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) && e.Kind != "" {
		return e.Kind
	}
	return Internal
}
