package eval

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
)

// Report is what a scorer found: named figures in a fixed order, as JSON an object.
type Report struct {
	Figures []Figure
}

// Figure is a number or a group of figures. Whole shows the number without a fraction.
type Figure struct {
	Name  string
	Value float64
	Whole bool
	Parts []Figure // when not nil, Value means nothing
	List  bool     // the parts are a JSON array, their names only shown in tables
}

// count and share make leaves; group makes a node.
func count(name string, n int) Figure { return Figure{Name: name, Value: float64(n), Whole: true} }

func share(name string, v float64) Figure { return Figure{Name: name, Value: v} }

func group(name string, parts ...Figure) Figure { return Figure{Name: name, Parts: parts} }

// Get returns a figure by its path, such as "strict", "F1"; NaN when there is none.
func (r Report) Get(path ...string) float64 {
	list := r.Figures
	for i, name := range path {
		found := false
		for _, f := range list {
			if f.Name != name {
				continue
			}
			if i == len(path)-1 && f.Parts == nil {
				return f.Value
			}
			list, found = f.Parts, true
			break
		}
		if !found {
			break
		}
	}
	return math.NaN()
}

// MarshalJSON writes the figures as one object, keys in the order of the report.
func (r Report) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	writeParts(&b, r.Figures, false)
	return b.Bytes(), nil
}

func writeParts(b *bytes.Buffer, parts []Figure, list bool) {
	open, end := byte('{'), byte('}')
	if list {
		open, end = '[', ']'
	}
	b.WriteByte(open)
	for i, f := range parts {
		if i > 0 {
			b.WriteByte(',')
		}
		if !list {
			name, _ := json.Marshal(f.Name) // a string always encodes
			b.Write(name)
			b.WriteByte(':')
		}
		if f.Parts != nil {
			writeParts(b, f.Parts, f.List)
		} else {
			b.WriteString(f.number())
		}
	}
	b.WriteByte(end)
}

// number writes the value so that it reads back to the same bits.
func (f Figure) number() string {
	if f.Whole {
		return strconv.FormatInt(int64(f.Value), 10)
	}
	return strconv.FormatFloat(f.Value, 'f', -1, 64)
}

// String is the report as a table: a line for each group of numbers.
func (r Report) String() string {
	var b strings.Builder
	writeTable(&b, "", r.Figures)
	return b.String()
}

func writeTable(w io.Writer, prefix string, parts []Figure) {
	var leaves []string
	for _, f := range parts {
		if f.Parts == nil {
			leaves = append(leaves, f.Name+" "+f.short())
		}
	}
	if len(leaves) > 0 {
		fmt.Fprintf(w, "%-24s %s\n", strings.TrimSuffix(prefix, "."), strings.Join(leaves, "  "))
	}
	for _, f := range parts {
		if f.Parts != nil {
			writeTable(w, prefix+f.Name+".", f.Parts)
		}
	}
}

// short is the value for people: four digits after the point.
func (f Figure) short() string {
	if f.Whole {
		return f.number()
	}
	return strconv.FormatFloat(f.Value, 'f', 4, 64)
}

// round rounds to a number of decimals, halves of the exact binary value to even, as the
// sets' scorers do.
func round(x float64, decimals int) float64 {
	v, _ := strconv.ParseFloat(strconv.FormatFloat(x, 'f', decimals, 64), 64)
	return v
}

// ratio is a/b, 0 when b is 0.
func ratio(a, b int) float64 {
	if b == 0 {
		return 0
	}
	return float64(a) / float64(b)
}

// f1 is the harmonic mean of precision and recall.
func f1(p, r float64) float64 {
	if p+r == 0 {
		return 0
	}
	return 2 * p * r / (p + r)
}
