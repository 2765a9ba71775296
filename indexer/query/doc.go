// Package query holds what is asked of an index and what it answers: the query language with
// its tree, the request with its filters, the result with its counts.
//
// It owns the reading of a typed query. Bare words are joined by AND; "…" quotes words, '…' or
// exact:"…" quotes characters; OR, NOT or -, and parentheses work as usual; "a b"~3 lets up to
// three words stand between; word* matches beginnings; name:value restricts a facet. Inside
// quotes everything is text; a backslash before a quote mark makes it text too. Marks of
// quotation are paired as quote.go says; brackets, colon and ~ may be full-width, the number
// of a slop may stand before its quotation or be in digits of any script, and characters that
// are not seen (bidi controls) may stand anywhere. − before a term excludes as - does, with a
// notice; before a digit it is a sign, and dashes exclude nothing.
//
// It guarantees that String of a parsed tree parses back to an equal tree, and that what was
// repaired is told as a Notice. It refuses what breaks the syntax with a SyntaxError that has
// a place; Read then falls back to the plain words and says so.
//
//	tree, notices, err := query.Parse(`"was killed" -republic:Dagestan`)
package query
