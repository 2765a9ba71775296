package query

// Node is one node of a parsed query. The tree is made of And, Or, Not, Phrase, Word and
// Field values and of nothing else; String gives its canonical text, which parses back to an
// equal tree.
type Node interface {
	String() string
	node()
}

// And holds where every child holds. It has at least two children.
type And []Node

// Or holds where a child holds. It has at least two children.
type Or []Node

// Not holds where its child does not.
type Not struct{ Node Node }

// Phrase is a quotation: its words in order, adjacent, inside one passage.
type Phrase struct {
	Text     string // as between the quotes, operators and all
	Verbatim bool   // same characters, not only same words
	Slop     int    // words that may stand between, in order; 0 for a true phrase; never with Verbatim
}

// Word is a bare word: found by its stem, in any place of the passage.
type Word struct {
	Text   string
	Prefix bool // word*: any word that begins with Text, unstemmed
}

// Field restricts a facet: republic:Dagestan, date:2018..2024, section:History.
type Field struct {
	Name  string // one of Facets, or date, or section
	Value string
}

func (And) node()    {}
func (Or) node()     {}
func (Not) node()    {}
func (Phrase) node() {}
func (Word) node()   {}
func (Field) node()  {}

// Limits of a query, after settled practice: beyond them Parse refuses and names the limit.
const (
	MaxBytes       = 8 << 10 // of the whole query
	MaxPhraseWords = 256     // of one phrase
	MaxClauses     = 64      // leaves of the tree
	MaxDepth       = 8       // of nested parentheses
)
