package extract

import (
	_ "embed"
	"math"
	"strconv"
	"strings"
	"sync"
	"unicode"
)

//go:embed cyrillic.tsv
var cyrillicTSV string

// cyrillicWeights is the logarithm of how often each small letter stands in running text.
var cyrillicWeights = sync.OnceValue(func() map[rune]float64 {
	weights := make(map[rune]float64)
	for _, row := range rows(cyrillicTSV) {
		permille, err := strconv.ParseFloat(row[1], 64)
		if err != nil {
			panic("cyrillic.tsv: " + row[0] + ": " + err.Error())
		}
		weights[[]rune(row[0])[0]] = math.Log(permille)
	}
	return weights
})

// rows splits an embedded table into its rows, without the heading.
func rows(tsv string) [][]string {
	var out [][]string
	for i, line := range strings.Split(strings.TrimSpace(tsv), "\n") {
		if i > 0 {
			out = append(out, strings.Split(line, "\t"))
		}
	}
	return out
}

// The single-byte Cyrillic charsets, by how often pages are found in them; the first wins a tie.
const cyrillicCharsets = "windows-1251 koi8-r iso-8859-5 ibm866"

// sampleSize bounds how much of a body the detector looks at: letter counts settle within a
// few hundred letters, and pages begin with kilobytes of plain markup.
const sampleSize = 64 << 10

// detectCyrillic names the Cyrillic charset that a body with bytes above 0x7f is plainly in;
// empty when it is not plain.
//
// Cyrillic prose puts nearly all its high bytes side by side in words, Latin prose scatters
// single accents. The four charsets place the same letters differently, so each reading is
// scored by the letters' frequency, and small letters must follow capitals: the halves of
// koi8-r and windows-1251 swap case.
func detectCyrillic(body []byte) string {
	sample := highSample(body)
	if len(sample) < 8 || clustered(sample) < 0.8 {
		return ""
	}
	best, name := 0.0, ""
	for _, c := range strings.Fields(cyrillicCharsets) {
		d, err := NewDecoder(c)
		if err != nil {
			continue
		}
		if s := scoreCyrillic(d.Text(sample)); s > best {
			best, name = s, c
		}
	}
	return name
}

// highSample is the words of a body that hold a high byte, with a space after each.
func highSample(body []byte) []byte {
	var out []byte
	for i := 0; i < len(body) && len(out) < sampleSize; {
		if body[i] < 0x80 {
			i++
			continue
		}
		start, end := i, i
		for start > 0 && asciiLetter(body[start-1]) {
			start--
		}
		for end < len(body) && (body[end] >= 0x80 || asciiLetter(body[end])) {
			end++
		}
		out = append(append(out, body[start:end]...), ' ')
		i = end
	}
	return out
}

// asciiLetter reports whether a byte is an ASCII letter.
func asciiLetter(b byte) bool { return 'a' <= b|0x20 && b|0x20 <= 'z' }

// clustered is the share of high bytes that have a high byte beside them.
func clustered(sample []byte) float64 {
	var high, beside int
	for i, b := range sample {
		if b < 0x80 {
			continue
		}
		high++
		if i > 0 && sample[i-1] >= 0x80 || i+1 < len(sample) && sample[i+1] >= 0x80 {
			beside++
		}
	}
	return float64(beside) / float64(max(high, 1))
}

// scoreCyrillic is the mean weight of the characters above ASCII: positive for Cyrillic prose.
func scoreCyrillic(text string) float64 {
	weights := cyrillicWeights()
	var sum float64
	var n int
	prev := ' '
	for _, r := range text {
		if r < 0x80 {
			prev = r
			continue
		}
		n++
		w, known := weights[unicode.ToLower(r)]
		switch {
		case !known && (unicode.IsPunct(r) || unicode.IsSpace(r)): // dashes and guillemets
		case !known:
			w = -4
		case unicode.IsUpper(r) && unicode.IsLower(prev):
			w = -4
		}
		sum += w
		prev = r
	}
	return sum / float64(max(n, 1))
}
