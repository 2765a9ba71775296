package gazetteer

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/indexer/fold"
	"ibid/internal/register"
)

func load(t testing.TB, overrides ...register.File) *Gazetteer {
	t.Helper()
	g, err := Load(overrides...)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// TestData holds the built-in files to their form; Load has checked what they mean.
func TestData(t *testing.T) {
	t.Parallel()
	load(t)
	for _, name := range []string{"countries.tsv", "places.tsv", "subdivisions.tsv"} {
		b, err := data.ReadFile("data/" + name)
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(strings.TrimSuffix(string(b), "\n"), "\n")
		for i := 2; i < len(lines); i++ {
			before, _, _ := strings.Cut(lines[i-1], "\t")
			id, _, _ := strings.Cut(lines[i], "\t")
			if before >= id {
				t.Errorf("%s:%d: %s stands behind %s", name, i+1, id, before)
			}
		}
	}
}

// TestSubjectsOfRussia counts the subjects that ISO 3166-2 lists and wants each to be found
// by an English and a Russian name.
func TestSubjectsOfRussia(t *testing.T) {
	t.Parallel()
	g, n := load(t), 0
	for _, id := range g.reg.IDs() {
		row, _ := g.reg.Row(id)
		if row.Kind != Republic || row.Parent != "RU" {
			continue
		}
		n++
		languages := map[string]bool{}
		for _, name := range row.Names {
			languages[name.Language] = true
		}
		if !strings.HasPrefix(id, "RU-") || !languages["ru"] {
			t.Errorf("%s has the names %v", id, row.Names)
		}
	}
	if n != 83 {
		t.Errorf("%d subjects, want 83", n)
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	g := load(t)
	tests := []struct {
		names string // separated by |
		kinds []string
		want  []string
	}{
		{"RU-DA|Dagestan|dagestan|Republic of Dagestan|Dağıstan|داغستان", nil, []string{"RU-DA"}},
		{"Дагестан|Дагестана|Дагестане|Республики Дагестан",
			nil, []string{"RU-DA"}},
		{"Karachay-Cherkessia|Karachayevo-Cherkessia|Karachay-Cherkess Republic|Карачаево-Черкесии|КЧР",
			nil, []string{"RU-KC"}},
		{"Chechnya|Chechen Republic|Чечне|Чеченской Республике|Çeçenistan|الشيشان",
			nil, []string{"RU-CE"}},
		{"Ingushetia|Ingushetiya|Ингушетии|İnquşetiya|إنغوشيا",
			nil, []string{"RU-IN"}},
		{"North Ossetia|North Ossetia–Alania|North Ossetia-Alania|Северной Осетии",
			nil, []string{"RU-SE"}},
		{"Kabardino-Balkaria|Kabardino-Balkarian Republic|Кабардино-Балкарии|КБР",
			nil, []string{"RU-KB"}},
		{"Chelyabinsk Oblast|Chelyabinsk Region|Челябинской области",
			nil, []string{"RU-CHE"}},
		{"Chelyabinsk|Челябинске", nil, []string{"ru-che.chelyabinsk"}},
		{"Moscow|Москве|Moskva|موسكو", nil, []string{"RU-MOW"}},
		{"Moscow Oblast|Moscow Region|Подмосковье",
			nil, []string{"RU-MOS"}},
		{"Saint Petersburg|St. Petersburg|St Petersburg|Санкт-Петербурге",
			nil, []string{"RU-SPE"}},
		{"Achkhoy-Martanovsky|Achkhoy-Martonovsky|Achkhoy-Martonovsky district|Ачхой-Мартановском районе",
			nil, []string{"ru-ce.achkhoy-martanovsky"}},
		{"Katyr-Yurt|Katyr Yurt|Катыр-Юрте",
			nil, []string{"ru-ce.katyr-yurt"}},
		{"Mara-Ayagy|Nizhnyaya Mara|Нижняя Мара|Нижней Маре",
			nil, []string{"ru-kc.mara-ayagy"}},
		{"Qusar|Qusar district|Gusar District|Qusar rayonunda|Гусарском районе",
			nil, []string{"AZ-QUS"}},
		{"Kizlyar|Кизляре", nil, []string{"ru-da.kizlyar", "ru-se.kizlyar-se"}},
		{"Georgia", nil, []string{"GE", "US-GA"}},
		{"Georgia", []string{Republic}, []string{"US-GA"}},
		{"Грузии", []string{Country}, []string{"GE"}},
		{"North Caucasus|Северном Кавказе|شمال القوقاز",
			nil, []string{"ru.north-caucasus"}},
		{"North Caucasus", []string{Republic}, nil},
		{"США|US|U.S.|United States", nil, []string{"US"}},
		{"Rostov|Ростове-на-Дону", []string{Republic}, nil},
		{"Atlantis", nil, nil},
	}
	for _, tt := range tests {
		for name := range strings.SplitSeq(tt.names, "|") {
			if d := cmp.Diff(tt.want, g.Lookup(name, tt.kinds...)); d != "" {
				t.Errorf("%q %v: %s", name, tt.kinds, d)
			}
		}
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	g := load(t)
	var got []string
	for _, p := range g.Path("ru-ce.katyr-yurt") {
		got = append(got, p.Kind+" "+p.Name)
	}
	want := []string{"country Russia", "republic Chechnya",
		"district Achkhoy-Martanovsky District", "place Katyr-Yurt"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if p, ok := g.Place("RU-DA"); !ok || p.Parent != "RU" || p.Source == "" {
		t.Errorf("place %+v, %v", p, ok)
	}
	if _, ok := g.Place("nowhere"); ok || g.Path("nowhere") != nil {
		t.Error("an unknown id has a place")
	}
	if !g.Under("ru-ce.katyr-yurt", "RU-CE") || g.Under("RU-CE", "RU-DA") {
		t.Error("Under")
	}
}

func TestOverride(t *testing.T) {
	t.Parallel()
	user := register.File{Name: "registers/places.tsv", Data: []byte(
		"id\tkind\tname\tparent\taliases\tlat\tlon\tsource\n" +
			"ru-da.upper-weir\tplace\tUpper Weir\tRU-DA\tru:Верхний Вейр\t42.1\t47.2\tdesk\n")}
	g := load(t, user)
	p, ok := g.Place("ru-da.upper-weir")
	if !ok || p.Lat != "42.1" || p.Lon != "47.2" || g.Digest() == load(t).Digest() {
		t.Errorf("place %+v, %v", p, ok)
	}
	if d := cmp.Diff([]string{"ru-da.upper-weir"}, g.Lookup("Верхнем Вейре")); d != "" {
		t.Error(d)
	}
	user.Data = append(user.Data, "x\tplace\tX\tRU-XX\t\t\t\tdesk\n"...)
	_, err := Load(user)
	if err == nil || !strings.HasPrefix(err.Error(), `registers/places.tsv:3: parent "RU-XX"`) {
		t.Errorf("error %v", err)
	}
}

// mentions finds the names of passages, all in one section.
func mentions(g *Gazetteer, passages ...string) (ms []register.Mention) {
	for i, p := range passages {
		for _, m := range g.Find(p, fold.Tokens(nil, p)) {
			if !m.Nested {
				ms = append(ms, register.Mention{Match: m, Passage: i, Section: 1})
			}
		}
	}
	return ms
}

func TestResolve(t *testing.T) {
	t.Parallel()
	g := load(t)
	tests := []struct {
		name     string
		passages []string
		want     string // id, ~id for an adjective, ?id ambiguous, ^id vague, - for none
	}{
		{"the usual one", []string{"A fire in Kizlyar."}, "ru-da.kizlyar"},
		{"parent beside", []string{"A fire in Kizlyar, North Ossetia."}, "ru-se.kizlyar-se RU-SE"},
		{"of the republic of", []string{"Kizlyar in the republic of Dagestan"}, "ru-da.kizlyar RU-DA"},
		{"before", []string{"Dagestan's Kizlyar and not Mozdok"}, "RU-DA ru-da.kizlyar ru-se.mozdok"},
		{"one sense a document",
			[]string{"Kizlyar, North Ossetia, burned.", "Firemen reached Kizlyar late."},
			"ru-se.kizlyar-se RU-SE ru-se.kizlyar-se"},
		{"a district against usage", []string{"Mozdok district sent help.", "Help reached Kizlyar."},
			"ru-se.mozdoksky ^RU"},
		{"a waiting name alone", []string{"The river Terek rose."}, "-"},
		{"a waiting name confirmed", []string{"In Kabardino-Balkaria the Terek rose."},
			"RU-KB ru-kb.terek"},
		{"country and state", []string{"Georgia"}, "GE"},
		{"the state", []string{"Savannah, Georgia, United States"}, "US-GA US"},
		{"neither", []string{"American bank opens in Georgia"}, "~US -"},
		{"adjective", []string{"a Chechen village"}, "~RU-CE"},
		{"a man called Jordan", []string{"Jordan left."}, "-"},
		{"the country Jordan", []string{"Syria and Jordan"}, "SY JO"},
		{"Russian", []string{"В Кизляре и в Моздоке, в Дагестане"}, "ru-da.kizlyar ru-se.mozdok RU-DA"},
	}
	for _, tt := range tests {
		var got []string
		for _, r := range g.Resolve(mentions(g, tt.passages...)) {
			got = append(got, brief(r))
			if r.Rule == "" {
				t.Errorf("%s: a reading without a rule", tt.name)
			}
		}
		if d := cmp.Diff(strings.Fields(tt.want), got); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
}

// brief writes a reading as one word.
func brief(r Reading) string {
	switch {
	case r.ID == "":
		return "-"
	case r.Adjective:
		return "~" + r.ID
	case r.Ambiguous:
		return "?" + r.ID
	case r.Vague:
		return "^" + r.ID
	}
	return r.ID
}

// TestResolveVague has two towns of one name that nothing tells apart: the name counts for
// what they share.
func TestResolveVague(t *testing.T) {
	t.Parallel()
	g := load(t, register.File{Name: "u.tsv", Data: []byte("id\tkind\tname\tparent\tflags\tsource\n" +
		"ru-da.weir\tplace\tWeir\tRU-DA\tneeds_context\tdesk\n" +
		"ru-da.upweir\tplace\tWeir\tRU-DA\tneeds_context\tdesk\n" +
		"ru-ce.ford\tplace\tFord\tRU-CE\tneeds_context\tdesk\n" +
		"ru-da.ford\tplace\tFord\tRU-DA\tneeds_context\tdesk\n")})
	var got []string
	for _, r := range g.Resolve(mentions(g, "Weir in Dagestan; Ford", "Chechnya, Dagestan and Ford")) {
		got = append(got, brief(r))
	}
	want := []string{"?ru-da.upweir", "RU-DA", "ru-da.ford", "RU-CE", "RU-DA", "^RU"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func FuzzFind(f *testing.F) {
	g := load(f)
	f.Add("в Кизляре, Dagestan's Katyr-Yurt \xff U.S. СКФО")
	f.Add("Georgia Georgia, United States")
	f.Fuzz(func(t *testing.T, s string) {
		ms := mentions(g, s, s)
		rs := g.Resolve(ms)
		if len(rs) != len(ms) {
			t.Fatalf("%d readings of %d mentions", len(rs), len(ms))
		}
		for i, r := range rs {
			if !ms[i].Span.In(len(s)) {
				t.Fatalf("span %v", ms[i].Span)
			}
			if _, ok := g.Place(r.ID); !ok && r.ID != "" {
				t.Fatalf("reading %q is no place", r.ID)
			}
		}
	})
}

func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		load(b)
	}
}

func BenchmarkFind(b *testing.B) {
	g := load(b)
	text := strings.Repeat("On a Sunday in May two men walked from Derbent in Dagestan to the "+
		"sea, and the Russian papers of the North Caucasus wrote nothing about it. ", 100)
	toks := fold.Tokens(nil, text)
	b.SetBytes(int64(len(text)))
	for b.Loop() {
		g.Find(text, toks)
	}
}
