package register

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/fold"
)

// towns is the schema of the invented registers of these tests.
func towns() Schema {
	return Schema{Parents: map[string][]string{
		"land": {""}, "town": {"", "land", "town"}, "person": {""},
	}}
}

// table writes a register file: the columns, then one line a row with "," for tabs.
func table(name string, rows ...string) File {
	all := append([]string{"id,kind,name,parent,aliases,flags,context,source"}, rows...)
	text := strings.ReplaceAll(strings.Join(all, "\n"), ",", "\t") + "\n"
	return File{Name: name, Data: []byte(text)}
}

// invented is a small register that loads.
func invented() File {
	return table("invented.tsv",
		"north,land,Northland,,ru:Северия|en+adjective:Northern|az:Simalistan,,,test",
		"south,land,Southland,,,,,test",
		"south.brod,town,Old Brod,south,en+case_sensitive:OB|ru:Старый Брод,,,test",
		"north.weir,town,Weir,north,en:Weir-on-Lea|ar:السد,,,test",
		"south.weir,town,Weir,south,,needs_context,,test",
		"league,town,Northland League,,en+any_case:northland league,,,test",
		"pavel,person,Павел Озеров,,ru+needs_name:Озеров,,,test",
	)
}

func load(t testing.TB, layers ...[]File) *Register {
	t.Helper()
	r, err := Load(towns(), layers...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// refusal is a file that must not load and how its error begins.
type refusal struct {
	name string
	file File
	want string
}

// refusals lists one file for each rule.
func refusals() []refusal {
	head := "id\tkind\tname\tsource\n"
	row := "a,land,Aland,,,,,test"
	return []refusal{
		{"empty", File{Name: "f.tsv"},
			"f.tsv: no line names the columns; begin with: id\tkind\tname\tsource"},
		{"unknown column", File{"f.tsv", []byte("id\tkind\tname\tsource\tcolour\n")},
			`f.tsv:1: column "colour" is unknown or stands twice`},
		{"missing column", File{"f.tsv", []byte("# a note\nid\tkind\tname\n")},
			`f.tsv:2: column "source" is missing`},
		{"cells", File{"f.tsv", []byte(head + "a\tland\tAland\n")},
			"f.tsv:2: 3 cells, but the file has 4"},
		{"encoding", File{"f.tsv", []byte(head + "a\tland\t\xcf\xf0\ttest\n")},
			"f.tsv:2: not valid UTF-8; save the file as UTF-8"},
		{"id", table("f.tsv", "a b,land,Aland,,,,,test"),
			`f.tsv:2: id "a b" cannot be used`},
		{"id none", table("f.tsv", "none,land,Aland,,,,,test"),
			`f.tsv:2: id "none" cannot be used`},
		{"source", table("f.tsv", "a,land,Aland,,,,,"),
			"f.tsv:2: row a has no source"},
		{"no name", table("f.tsv", "a,land,,,,,,test"),
			"f.tsv:2: row a is new and has no kind or no name"},
		{"wordless", table("f.tsv", "a,land,--,,,,,test"),
			`f.tsv:2: name "--" holds no word`},
		{"alias without language", table("f.tsv", "a,land,Aland,,Alandia,,,test"),
			`f.tsv:2: alias "Alandia" names no language; write it with its language, as en:Alandia`},
		{"empty alias", table("f.tsv", "a,land,Aland,,en:..,,,test"),
			`f.tsv:2: alias "en:.." holds no word`},
		{"alias twice", table("f.tsv", "a,land,Aland,,en:ALAND,,,test"),
			`f.tsv:2: alias "ALAND" stands twice in row a`},
		{"flag", table("f.tsv", "a,land,Aland,,en+loud:A,,,test"),
			`f.tsv:2: flag "loud" is unknown`},
		{"row flag", table("f.tsv", "a,land,Aland,,,loud,,test"),
			`f.tsv:2: flag "loud" is unknown`},
		{"kind", table("f.tsv", "a,planet,Aland,,,,,test"),
			`f.tsv:2: kind "planet" of a is unknown; kinds are land, person, town`},
		{"parent", table("f.tsv", "a,town,Aland,b,,,,test"),
			`f.tsv:2: parent "b" of a is in no row`},
		{"parent kind", table("f.tsv", row, "b,land,Bland,a,,,,test"),
			`f.tsv:3: land b cannot lie under "land"`},
		{"circle", table("f.tsv", "a,town,A,b,,,,test", "b,town,B,a,,,,test"),
			"f.tsv:2: a lies under itself"},
		{"id twice", table("f.tsv", row, row), "f.tsv:3: id a stands at f.tsv:2 too"},
		{"clash", table("f.tsv", row, "b,land,Bland,,en:aland,,,test"),
			`f.tsv:3: "aland" of b also means a (f.tsv:2); flag the rarer of the two needs_context`},
		{"latitude", File{"f.tsv", []byte("id\tkind\tname\tsource\tlat\na\tland\tA\ttest\t91\n")},
			`f.tsv:2: "91" is no coordinate`},
		{"longitude", File{"f.tsv", []byte("id\tkind\tname\tsource\tlon\na\tland\tA\ttest\tNaN\n")},
			`f.tsv:2: "NaN" is no coordinate`},
	}
}

func TestLoadRefuses(t *testing.T) {
	t.Parallel()
	for _, tt := range refusals() {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			_, err := Load(towns(), []File{tt.file})
			if err == nil {
				t.Fatal("loaded")
			}
			if !strings.HasPrefix(err.Error(), tt.want) {
				t.Errorf("error\n got %s\nwant %s…", err, tt.want)
			}
			if corpus.KindOf(err) != corpus.Invalid {
				t.Errorf("kind %q", corpus.KindOf(err))
			}
		})
	}
}

func TestLoadAcceptsFilesOfOtherEditors(t *testing.T) {
	t.Parallel()
	f := File{"f.tsv", []byte("\ufeff# towns\r\n\r\n" +
		"source\tname\tkind\tid\r\ntest\tAland\tland\ta\r\n")}
	row, ok := load(t, []File{f}).Row("a")
	if !ok || row.Name != "Aland" || row.Source != "test" || row.At != "f.tsv:4" {
		t.Errorf("row %+v, %v", row, ok)
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	r := load(t, []File{invented()})
	tests := []struct {
		name  string
		kinds []string
		want  []string
	}{
		{"north", nil, []string{"north"}},
		{"NORTHLAND", nil, []string{"north"}},
		{"Северии", nil, []string{"north"}},
		{"northern", nil, []string{"north"}},
		{"Northland", []string{"town"}, nil},
		{"Weir", nil, []string{"north.weir", "south.weir"}},
		{"weir on lea", nil, []string{"north.weir"}},
		{"ob", nil, []string{"south.brod"}},
		{"Старого Брода", nil, []string{"south.brod"}},
		{"Озерова", nil, []string{"pavel"}},
		{"Nowhere", nil, nil},
		{"Old", nil, nil},
		{"", nil, nil},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, r.Lookup(tt.name, tt.kinds...)); d != "" {
			t.Errorf("%q %v: %s", tt.name, tt.kinds, d)
		}
	}
}

func TestLayers(t *testing.T) {
	t.Parallel()
	user := table("registers/towns.tsv",
		"south.brod,,New Brod,,-en:OB|en:Brodville,,,user",
		"east.weir,town,Weir,,,,,user",
		"north,,,,en:Borealia,,,user",
	)
	r := load(t, []File{invented()}, []File{user})
	for name, want := range map[string][]string{
		"New Brod":  {"south.brod"},
		"Old Brod":  {"south.brod"}, // the name that was replaced stays as an alias
		"OB":        nil,
		"Brodville": {"south.brod"},
		"Weir":      {"east.weir"}, // the user's town hides the others
		"Borealia":  {"north"},
		"Northland": {"north"},
	} {
		if d := cmp.Diff(want, r.Lookup(name)); d != "" {
			t.Errorf("%q: %s", name, d)
		}
	}
	row, _ := r.Row("north")
	if row.Name != "Northland" || row.Source != "user" || row.Names[0].Text != "Northland" {
		t.Errorf("corrected row %+v", row)
	}
	if r.Digest() == load(t, []File{invented()}).Digest() {
		t.Error("a layer does not show in the digest")
	}
	blocking := table("u.tsv", "north,,,,-en:Northland,,,user")
	_, err := Load(towns(), []File{invented()}, []File{blocking})
	want := `u.tsv:2: the name "Northland" of north is blocked`
	if err == nil || !strings.HasPrefix(err.Error(), want) {
		t.Errorf("blocking a name: %v", err)
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	r := load(t, []File{invented()})
	var got []string
	for _, row := range r.Path("south.brod") {
		got = append(got, row.ID)
	}
	if d := cmp.Diff([]string{"south", "south.brod"}, got); d != "" {
		t.Error(d)
	}
	if r.Path("nowhere") != nil || !r.Under("south.brod", "south") || r.Under("south", "south") {
		t.Error("Path or Under")
	}
}

// TestForms shows the table of endings at work.
func TestForms(t *testing.T) {
	t.Parallel()
	table := parseEndings()
	tests := []struct {
		name  Name
		class string
		want  string // some of the forms
		not   string
	}{
		{Name{Language: "ru", Text: "Северия"}, "land",
			"Северии Северию Северией", "Северия"},
		{Name{Language: "ru", Text: "Озёрск"}, "town",
			"Озёрска Озёрску Озёрском Озёрске", "Озёрсков"},
		{Name{Language: "ru", Text: "Павел Озеров"}, "person",
			"Павела_Озерова Павелом_Озеровым", "Павел_Озерову"},
		{Name{Language: "ru", Text: "Горный район"}, "town",
			"Горного_района Горном_районе", ""},
		{Name{Language: "ru", Text: "Республика Север"}, "land",
			"Республики_Север Республики_Севера", ""},
		{Name{Language: "ru", Text: "северный", Flags: Adjective}, "land",
			"северного северных северная", "северныйа"},
		{Name{Language: "ru", Text: "ОЗРС", Flags: CaseSensitive}, "town",
			"", "ОЗРСа"},
		{Name{Language: "ru", Text: "Озера", Flags: Fixed}, "town",
			"", "Озеры"},
		{Name{Language: "en", Text: "Northern", Flags: Adjective}, "land",
			"Northerns", ""},
		{Name{Language: "az", Text: "Simalistan"}, "land",
			"Simalistanda Simalistandan Simalistanın", ""},
		{Name{Language: "az", Text: "Göl rayonu"}, "land",
			"Göl_rayonunda", "Göldə_rayonu"},
		{Name{Language: "ar", Text: "السد"}, "town",
			"والسد بالسد للسد", ""},
	}
	for _, tt := range tests {
		got := map[string]bool{}
		for _, f := range table.forms(tt.name, tt.class) {
			got[strings.ReplaceAll(f, " ", "_")] = true
		}
		for _, w := range strings.Fields(tt.want) {
			if !got[w] {
				t.Errorf("%s: no form %s among %v", tt.name.Text, w, got)
			}
		}
		if got[tt.not] {
			t.Errorf("%s: form %s", tt.name.Text, tt.not)
		}
	}
}

func TestEndingsTable(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(endingsTSV), "\n")
	if lines[0] != "lang\tclass\tat\twords\tending\tforms\tsource" {
		t.Fatalf("columns %q", lines[0])
	}
	for i, l := range lines[1:] {
		c := strings.Split(l, "\t")
		switch {
		case len(c) != 7 || c[6] == "":
			t.Errorf("line %d: %d cells or no source", i+2, len(c))
		case !strings.Contains("name person adjective", c[1]) || !strings.Contains("start end", c[2]) ||
			!strings.Contains("each first last", c[3]) || len(strings.Fields(c[5])) == 0:
			t.Errorf("line %d: %q", i+2, l)
		case i > 0 && lines[i] > l:
			t.Errorf("line %d is out of order", i+2)
		}
	}
}

// found gives matches as "text=id|id", nested ones with a plus before.
func found(r *Register, text string) []string {
	var out []string
	for _, m := range r.Find(text, fold.Tokens(nil, text)) {
		var ids []string
		for _, c := range m.Candidates {
			ids = append(ids, c.ID)
		}
		s := text[m.Span.Start:m.Span.End] + "=" + strings.Join(ids, "|")
		if m.Nested {
			s = "+" + s
		}
		out = append(out, s)
	}
	return out
}

func TestFind(t *testing.T) {
	t.Parallel()
	r := load(t, []File{invented()})
	tests := []struct {
		text string
		want []string
	}{
		{"From Northland to Southland.", []string{"Northland=north", "Southland=south"}},
		{"Northland's coast", []string{"Northland=north"}},
		{"Northland’s coast", []string{"Northland=north"}},
		{"the Northland League met", []string{"Northland League=league", "+Northland=north"}},
		{"the northland league met", []string{"northland league=league"}},
		{"a weir in northland", nil},
		{"WEIR and Weir", []string{"WEIR=north.weir|south.weir", "Weir=north.weir|south.weir"}},
		{"Weir–on–Lea", []string{"Weir–on–Lea=north.weir", "+Weir=north.weir|south.weir"}},
		{"in Weir, on Lea", []string{"Weir=north.weir|south.weir"}},
		{"Old. Brod", nil},
		{"OB said, ob said, Ob said", []string{"OB=south.brod"}},
		{"OB WAS BEATEN AT HOME", nil},
		{"So WHAT OB SAID was heard", nil},
		{"The XY OB said", []string{"OB=south.brod"}},
		{"في OB", []string{"OB=south.brod"}},
		{"в Северии и Старом Броде", []string{"Северии=north", "Старом Броде=south.brod"}},
		{"Simalistanda və", []string{"Simalistanda=north"}},
		{"والسد هنا", []string{"والسد=north.weir"}},
		{"Northern lights", []string{"Northern=north"}},
		{"", nil},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, found(r, tt.text)); d != "" {
			t.Errorf("%q: %s", tt.text, d)
		}
	}
}

func TestSure(t *testing.T) {
	t.Parallel()
	r := load(t, []File{invented()})
	text := "Northland, Weir, Озеров"
	var got []string
	for _, m := range r.Find(text, fold.Tokens(nil, text)) {
		id, ok := m.Sure()
		if ok {
			got = append(got, id)
		}
	}
	if d := cmp.Diff([]string{"north"}, got); d != "" {
		t.Error(d)
	}
}
