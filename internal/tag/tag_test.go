package tag

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/corpus"
	"ibid/indexer/fold"
	"ibid/internal/actor"
	"ibid/internal/gazetteer"
	"ibid/internal/register"
)

// tagger is a tagger over the built-in registers and the user's files for actors.
func tagger(t testing.TB, users ...register.File) *Tagger {
	t.Helper()
	g, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	a, err := actor.Load(users...)
	if err != nil {
		t.Fatal(err)
	}
	tg, err := New(g, a)
	if err != nil {
		t.Fatal(err)
	}
	return tg
}

// tagged tags texts as the passages of one document.
func tagged(t *Tagger, d corpus.Document, texts ...string) []*corpus.Passage {
	var ps []*corpus.Passage
	for _, s := range texts {
		ps = append(ps, &corpus.Passage{Kind: corpus.Paragraph, Section: []string{"Events"}, Text: s})
	}
	t.Tag(&d, ps)
	return ps
}

// brief writes the tags of a passage: places as id, (id) when embedded, id! for an event,
// id? when ambiguous; then actors; then what is unresolved but no date.
func brief(p *corpus.Passage) string {
	var out []string
	for _, x := range p.Tags.Places {
		s := x.ID
		if x.Embedded {
			s = "(" + s + ")"
		}
		if x.Role == "event" {
			s += "!"
		}
		if x.Ambiguous {
			s += "?"
		}
		out = append(out, s)
	}
	for _, x := range p.Tags.Actors {
		out = append(out, x.ID)
	}
	for _, x := range p.Tags.Unresolved {
		if x.Kind != "date" {
			out = append(out, "-"+x.Text)
		}
	}
	return strings.Join(out, " ")
}

func TestRules(t *testing.T) {
	t.Parallel()
	tg := tagger(t)
	tests := []struct{ name, text, want string }{
		{"place of the event", "A bus burned in Derbent.", "ru-da.derbent!"},
		{"place on the way", "A bus left for Derbent.", "ru-da.derbent"},
		{"town, republic", "A bus burned in Derbent, Dagestan.", "ru-da.derbent! RU-DA!"},
		{"list", "Buses burned in Dagestan, Chechnya and Ingushetia.", "RU-DA! RU-CE! RU-IN!"},
		{"the town of", "It burned in the town of Magas in Russia's republic of Ingushetia.",
			"ru-in.magas! RU! RU-IN!"},
		{"the entrance to", "Two guards at the entrance to Magas slept.", "ru-in.magas!"},
		{"on the way to", "They went from Syria to Iraq.", "SY IQ"},
		{"beyond", "The first such case beyond Afghanistan's borders.", "AF"},
		{"people of", "Residents of Ingushetia complained.", "RU-IN"},
		{"a name before its republic", "The Surovikino bakery in Volgograd Oblast closed.",
			"ru-vgg.surovikino! RU-VGG!"},
		{"another sentence", "Surovikino slept. A bakery in Volgograd Oblast closed.",
			"ru-vgg.surovikino RU-VGG!"},
		{"adjective", "Russian and Chechen bakers met.", "(RU) (RU-CE)"},
		{"agency of a place", "The Ministry of Internal Affairs of Chechnya spoke.",
			"(RU-CE) mvd-chechnya"},
		{"agency and its place", "The Ministry of Internal Affairs of Chechnya spoke in Chechnya.",
			"RU-CE! mvd-chechnya"},
		{"group of a place", "The Caucasus Emirate split.", "(caucasus) caucasus-emirate"},
		{"event of a place", "Since the Iraq War and the Syrian Civil War much changed.",
			"(IQ) (SY)"},
		{"event of a group", "It began as an Islamic State insurgency in Iraq.",
			"(IQ) islamic-state"},
		{"newspaper", "The New York Times wrote of New York.", "US-NY"},
		{"party", "United Russia won.", "(RU)"},
		{"region is no republic", "Rain fell in the North Caucasus.", "ru.north-caucasus!"},
		{"longest group", "Fighters of IS-CP and IS–K.",
			"islamic-state-caucasus-province islamic-state-khorasan-province"},
		{"hyphen behind a group", "Islamic State-linked men", "islamic-state"},
		{"small letters", "the is of identity, a mobile turkey", ""},
		{"persons", "FSB Director Alexander Bortnikov and Bortnikov's aide",
			"fsb alexander-bortnikov"},
		{"aliases", "Aslan Byutukayev, also known as Emir Khamzat and Abubakar",
			"aslan-byutukayev"},
		{"surname alone", "Abubakar and Asildarov were friends.", "-Abubakar -Asildarov"},
		{"guard of another land", "Russia spoke of the Ohio National Guard.", "RU"},
		{"guard", "In Russia the National Guard came.", "RU! national-guard-russia"},
		{"unknown Terek", "The Terek rose.", "-Terek"},
		{"two Kizlyars", "In Kizlyar, North Ossetia, it rained.", "ru-se.kizlyar-se! RU-SE!"},
		{"Russian", "В Кизляре и в Чеченской Республике шёл дождь, сообщили в ФСБ.",
			"ru-da.kizlyar! RU-CE! fsb"},
		{"Russian group", "Он связан с «Исламским государством».", "islamic-state"},
		{"Russian agency", "МВД по Чеченской Республике молчит.", "(RU-CE) mvd-chechnya"},
		{"Azerbaijani", "İslam Dövləti Dağıstanda və Azərbaycanın Qusar rayonunda.",
			"RU-DA! AZ! AZ-QUS! islamic-state"},
		{"Arabic", "انفجار في داغستان والشيشان تبناه تنظيم الدولة الإسلامية",
			"RU-DA! RU-CE! islamic-state"},
		{"nothing", "Rain fell.", ""},
	}
	for _, tt := range tests {
		p := tagged(tg, corpus.Document{}, tt.text)[0]
		if got := brief(p); got != tt.want {
			t.Errorf("%s: %q\n got %s\nwant %s", tt.name, tt.text, got, tt.want)
		}
	}
}

// TestDocument has names that another passage, the title or a heading explains.
func TestDocument(t *testing.T) {
	t.Parallel()
	tg := tagger(t)
	ps := tagged(tg, corpus.Document{Title: "The life of Rustam Asildarov"},
		"Asildarov was born in Kizlyar.", "Kizlyar, North Ossetia, is a village.")
	for i, want := range []string{
		"ru-se.kizlyar-se! rustam-asildarov", "ru-se.kizlyar-se RU-SE",
	} {
		if got := brief(ps[i]); got != want {
			t.Errorf("passage %d: got %s, want %s", i, got, want)
		}
	}
	terek := &corpus.Passage{Kind: corpus.Paragraph, Section: []string{"Rivers of Kabardino-Balkaria"},
		Text: "The Terek rose."}
	tg.Tag(&corpus.Document{}, []*corpus.Passage{terek})
	if got := brief(terek); got != "ru-kb.terek" {
		t.Errorf("under a heading: %s", got)
	}
}

// TestLink joins events to the places where they happened.
func TestLink(t *testing.T) {
	t.Parallel()
	tg := tagger(t)
	tests := []struct{ name, text, want string }{
		{"same sentence", "On 5 May 2019 a bus burned in Derbent.", "2019-05-05@ru-da.derbent"},
		{"next sentence", "On 5 May 2019 it rained. A bus burned in Derbent.",
			"2019-05-05@ru-da.derbent"},
		{"two sentences", "On 5 May 2019 it rained in Derbent. On 6 June 2020 it rained in Magas.",
			"2019-05-05@ru-da.derbent 2020-06-06@ru-in.magas"},
		{"two dates", "It rained in Derbent on 5 May 2019 and in Magas on 6 June 2020.",
			"2019-05-05@ru-da.derbent 2020-06-06@ru-in.magas"},
		{"only a mention", "On 5 May 2019 residents of Derbent complained.",
			"2019-05-05@ru-da.derbent"},
		{"away", "On 5 May 2019 they left for work, far from Derbent.", "2019-05-05@"},
		{"embedded", "On 5 May 2019 the Caucasus Emirate split.", "2019-05-05@"},
	}
	for _, tt := range tests {
		var got []string
		for _, e := range tagged(tg, corpus.Document{}, tt.text)[0].Tags.Events {
			got = append(got, e.EDTF+"@"+strings.Join(e.Places, ","))
		}
		if d := cmp.Diff(tt.want, strings.Join(got, " ")); d != "" {
			t.Errorf("%s: %s", tt.name, d)
		}
	}
}

// TestSpans wants every mention of a thing in one tag, with its path.
func TestSpans(t *testing.T) {
	t.Parallel()
	text := "Chechen men met in Katyr-Yurt, Chechnya."
	p := tagged(tagger(t), corpus.Document{}, text)[0]
	var got []string
	for _, x := range p.Tags.Places {
		for _, s := range x.Spans {
			got = append(got, x.Name+"="+text[s.Start:s.End])
		}
	}
	want := []string{"Chechnya=Chechen", "Chechnya=Chechnya", "Katyr-Yurt=Katyr-Yurt"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	x := p.Tags.Places[1]
	path := []string{"Russia", "Chechnya", "Achkhoy-Martanovsky District", "Katyr-Yurt"}
	if d := cmp.Diff(path, x.Path); d != "" || x.Kind != "place" || x.Rule == "" {
		t.Errorf("%+v %s", x, d)
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	g, err := gazetteer.Load()
	if err != nil {
		t.Fatal(err)
	}
	a, err := actor.Load(register.File{Name: "u.tsv", Data: []byte(
		"id\tkind\tname\tcontext\tsource\nx\tperson\tX Y\tnowhere\tdesk\n")})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := New(g, a); err == nil || !strings.Contains(err.Error(), `"nowhere"`) {
		t.Errorf("error %v", err)
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	plain, again := tagger(t), tagger(t)
	user := tagger(t, register.File{Name: "u.tsv", Data: []byte(
		"id\tkind\tname\tsource\nx\tperson\tX Y\tdesk\n")})
	if plain.Version() != again.Version() || plain.Version() == user.Version() {
		t.Errorf("versions %s, %s, %s", plain.Version(), again.Version(), user.Version())
	}
}

func TestWordsTable(t *testing.T) {
	t.Parallel()
	lines := strings.Split(strings.TrimSpace(wordsTSV), "\n")
	if lines[0] != "lang\tword\tpart\tsource" {
		t.Fatalf("columns %q", lines[0])
	}
	seen := map[string]bool{}
	for i, l := range lines[1:] {
		c := strings.Split(l, "\t")
		parts := []string{"at", "carry", "away", "door"}
		if len(c) != 4 || c[3] == "" || !slices.Contains(parts, c[2]) {
			t.Errorf("line %d: %q", i+2, l)
			continue
		}
		if k := fold.Key(c[1]); seen[k] || strings.Contains(k, " ") || i > 0 && lines[i] > l {
			t.Errorf("line %d: %q stands twice, is no word or out of order", i+2, c[1])
		} else {
			seen[k] = true
		}
	}
}

func TestSentences(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"One came. Two left! Who? Nobody.":                 "One came.|Two left!|Who?|Nobody.",
		"Gen. Ivanov of St. Petersburg, i.e. here, spoke.": "Gen.|Ivanov of St. Petersburg, i.e. here, spoke.",
		"It cost 3.5 million. however it":                  "It cost 3.5 million. however it",
		"Пришли двое. Ушёл один.":                          "Пришли двое.|Ушёл один.",
		"": "",
	} {
		var got []string
		from := 0
		for _, end := range sentences(text) {
			got = append(got, strings.TrimSpace(text[from:end]))
			from = end
		}
		if s := strings.Join(got, "|"); s != want {
			t.Errorf("%q: %s", text, s)
		}
	}
}

// TestDeterminism tags documents twice and in another order and wants equal tags.
func TestDeterminism(t *testing.T) {
	t.Parallel()
	tg := tagger(t)
	docs := [][]string{
		{"In Kizlyar it rained.", "Kizlyar, North Ossetia, is a village; Asildarov was there."},
		{"IS fought in Georgia.", "American men in Georgia.", "Abubakar, that is Aslan Byutukayev."},
		{"On 5 May 2019 in Magas and Nazran, Ingushetia.", "Two days later in Derbent."},
	}
	var first [][]*corpus.Passage
	for _, d := range docs {
		first = append(first, tagged(tg, corpus.Document{}, d...))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for range 20 {
		i := rng.IntN(len(docs))
		if d := cmp.Diff(first[i], tagged(tg, corpus.Document{}, docs[i]...)); d != "" {
			t.Fatalf("document %d: %s", i, d)
		}
	}
}

// FuzzTag holds the tags of any text to the rules of the nouns.
func FuzzTag(f *testing.F) {
	f.Add("On 5 May 2019 in Katyr-Yurt, Chechnya, IS–K.", "Abubakar.", "Title of FSB")
	f.Add("\xff в Кизляре", "Georgia Georgia, USA", "")
	f.Add("Qusar rayonunda. d", "ə", "a")
	tg := tagger(f)
	f.Fuzz(func(t *testing.T, a, b, title string) {
		d := corpus.Document{Title: strings.ToValidUTF8(title, "")}
		url := "https://wire.example/a"
		ps := tagged(tg, d, strings.ToValidUTF8(a, "?")+".", strings.ToValidUTF8(b, "?")+".")
		for i, p := range ps {
			p.ID, p.Document = corpus.PassageIDOf(url, p.Text, i), corpus.DocumentIDOf(url)
			p.Runs, p.Untraced = nil, true
			if err := p.Validate(); err != nil {
				t.Fatal(err)
			}
		}
	})
}

func BenchmarkTag(b *testing.B) {
	tg := tagger(b)
	text := "On 5 May 2019 two men walked from Derbent in Dagestan to the sea; the Russian papers " +
		"wrote nothing. The National Guard said in Grozny that Rustam Asildarov was not there."
	texts := slices.Repeat([]string{text}, 50)
	b.SetBytes(int64(len(text) * len(texts)))
	for b.Loop() {
		tagged(tg, corpus.Document{Language: "en"}, texts...)
	}
}
