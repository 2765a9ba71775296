package web

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// Text reaches a contrast of 4.5:1 on each ground it stands on, in both themes.
func TestContrast(t *testing.T) {
	t.Parallel()
	css := string(newView().css)
	light, dark, ok := strings.Cut(css, "@media (prefers-color-scheme: dark)")
	if !ok {
		t.Fatal("the style has no dark theme")
	}
	dark, _, _ = strings.Cut(dark, "}")
	light, _, _ = strings.Cut(light, "}")
	pairs := map[string][]string{
		"ink":     {"paper", "card", "chip"},
		"dim":     {"paper", "card", "chip"},
		"link":    {"paper", "card"},
		"accent":  {"paper", "card"},
		"sound":   {"paper"},
		"unsound": {"paper", "card", "chip"},
		// Reversed: the button of the search and the reading that runs.
		"card":     {"link"},
		"paper":    {"ink"},
		"mark-ink": {"mark"},
	}
	for theme, text := range map[string]string{"light": light, "dark": dark} {
		colours := map[string]float64{}
		for _, m := range colourForm.FindAllStringSubmatch(text, -1) {
			colours[m[1]] = luminance(t, m[2])
		}
		for front, grounds := range pairs {
			for _, ground := range grounds {
				a, okA := colours[front]
				b, okB := colours[ground]
				ratio := (math.Max(a, b) + 0.05) / (math.Min(a, b) + 0.05)
				if !okA || !okB || ratio < 4.5 {
					t.Errorf("%s: %s on %s has %.2f:1", theme, front, ground, ratio)
				}
			}
		}
	}
}

// colourForm is a colour of the theme.
var colourForm = regexp.MustCompile(`--([a-z-]+): #([0-9a-f]{6});`)

// luminance is the relative luminance of WCAG 2.
func luminance(t *testing.T, hex string) float64 {
	t.Helper()
	sum := 0.0
	for i, weight := range []float64{0.2126, 0.7152, 0.0722} {
		n, err := strconv.ParseUint(hex[2*i:2*i+2], 16, 8)
		if err != nil {
			t.Fatal(err)
		}
		c := float64(n) / 255
		if c <= 0.03928 {
			c /= 12.92
		} else {
			c = math.Pow((c+0.055)/1.055, 2.4)
		}
		sum += weight * c
	}
	return sum
}
