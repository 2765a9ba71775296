package timex

import "strings"

// class is the part a token can play in a temporal expression. Lexicon rows and rules name
// classes by the words of classNames.
type class uint8

// set is a set of classes, one bit each.
type set uint64

// The classes. The first ones are shapes that the lexer knows; the others come from the
// lexicon.
const (
	cNone     class = iota
	cDash           // - – —
	cComma          // , and its like
	cSlash          // /
	cApos           // ' ’
	cNum            // a whole number, or a numeral word
	cDay            // 1 to 31 in at most two digits, or such an ordinal in digits
	cYear           // 1000 to 2199 in four digits
	cYY             // '39
	cYY2            // 39, directly after a dash
	cDecade         // 1980s, 90-е
	cFull           // 2024-03-02, 02.03.2024
	cClock          // 16:32
	cOrd            // third, 3rd
	cMonth          // 1 to 12
	cWday           // 1 Monday to 7 Sunday
	cSeason         // SP SU FA WI
	cPart           // MO AF EV NI: a part of the day
	cUnit           // one unit of time
	cUnits          // the same in the plural
	cYearWord       // year, год
	cVague          // several, few
	cHalf           //
	cEra            // -1 BC, 1 AD
	cThe            //
	cA              //
	cOf             //
	cIn             // in, at, on, during
	cAnd            //
	cTo             // to, until, through
	cFrom           // from, since
	cBy             //
	cBefore         //
	cAfter          //
	cBetween        //
	cEarly          // early, late, mid: a part of the unit, as adjective or adverb
	cEdge           // beginning, end: the same as a noun
	cApprox         // about, circa
	cMore           // more, less
	cThan           //
	cBound          // over, under, nearly
	cLater          //
	cEarlier        //
	cAgo            // before the time of speech
	cThrough        // через: after as much time
	cNext           // next, following
	cPrev           // previous
	cLast           //
	cPast           // past, coming: the stretch up to now or from now on
	cThis           //
	cThat           //
	cSame           //
	cRef            // now, recently, future
	cDeic           // today 0, yesterday -1, tomorrow 1
	cSet            // daily, weekly
	cEvery          //
	cHoliday        // month and day as one number
	cAmpm           //
	cHours          // hours of a clock
	cOld            // old, of age
	cThisYear       // с. г.
	cAdj            // long, whole, full: may stand between number and unit
	cPeriod         // time, period: as in "at this time"
	cContext        // words that only the choice of events looks at; see role
	classes         // how many there are; at most 64
)

// classNames are the names of the classes in the tables, in the order of the constants.
const classNames = "none dash comma slash apos num day year yy yy2 decade full clock ord " +
	"month wday season part unit units yearword vague half era the a of in and to from by " +
	"before after between early edge approx more than bound later earlier ago through " +
	"next prev last past this that same ref deic set every holiday ampm hours old thisyear " +
	"adj period context"

// classByName reads a class name of a table.
func classByName() map[string]class {
	m := map[string]class{}
	for i, n := range strings.Fields(classNames) {
		m[n] = class(i)
	}
	return m
}

// bit is the set of c alone.
func (c class) bit() set { return 1 << c }

// has reports whether c is in s.
func (s set) has(c class) bool { return s&c.bit() != 0 }
