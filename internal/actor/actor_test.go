package actor

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ibid/indexer/fold"
	"ibid/internal/register"
)

func load(t testing.TB, overrides ...register.File) *Actors {
	t.Helper()
	a, err := Load(overrides...)
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// TestData holds the built-in file to its form; Load has checked what it means.
func TestData(t *testing.T) {
	t.Parallel()
	a := load(t)
	lines := strings.Split(strings.TrimSuffix(string(builtin), "\n"), "\n")
	for i := 2; i < len(lines); i++ {
		before, _, _ := strings.Cut(lines[i-1], "\t")
		id, _, _ := strings.Cut(lines[i], "\t")
		if before >= id {
			t.Errorf("actors.tsv:%d: %s stands behind %s", i+1, id, before)
		}
	}
	for _, id := range a.reg.IDs() {
		row, _ := a.reg.Row(id)
		waits := row.Flags
		for _, n := range row.Names {
			waits |= n.Flags
		}
		if waits&register.NeedsContext != 0 && len(row.Context) == 0 {
			t.Errorf("%s needs context and names none", id)
		}
	}
}

func TestLookup(t *testing.T) {
	t.Parallel()
	a := load(t)
	tests := []struct{ names, want string }{
		{"islamic-state|Islamic State|IS|ISIS|ISIL|Daesh|ИГИЛ|ИГ|داعش|الدولة الإسلامية", "islamic-state"},
		{"Исламского государства|Исламским государством|İslam Dövləti", "islamic-state"},
		{"IS-CP|IS–CP|Wilayat Kavkaz|IS Caucasus Province|Islamic State – Caucasus Province",
			"islamic-state-caucasus-province"},
		{"IS-K|IS–K|ISIS-K|Khorasan Province", "islamic-state-khorasan-province"},
		{"Caucasus Emirate|Имарат Кавказ|إمارة القوقاز", "caucasus-emirate"},
		{"FSB|Federal Security Service|ФСБ|Федеральной службы безопасности", "fsb"},
		{"National Guard|Rosgvardiya|Росгвардии|Russian national guard", "national-guard-russia"},
		{"Ministry of Internal Affairs of Chechnya|МВД по Чеченской Республике", "mvd-chechnya"},
		{"Aslan Byutukayev|Emir Khamzat|Abubakar|Аслана Бютукаева", "aslan-byutukayev"},
		{"Rustam Asildarov|Asildarov|Рустамом Асильдаровым", "rustam-asildarov"},
		{"Abu Mohammad al-Adnani|Adnani|أبو محمد العدناني", "abu-mohammad-al-adnani"},
		{"Abu Bakr al-Baghdadi|al-Baghdadi", "abu-bakr-al-baghdadi"},
		{"Omarov", "magomed-omarov-sergokalinsky"},
		{"Umarov", "doku-umarov"},
		{"Al-Naba", ""},
	}
	for _, tt := range tests {
		for name := range strings.SplitSeq(tt.names, "|") {
			if got := strings.Join(a.Lookup(name), " "); got != tt.want {
				t.Errorf("%q is %q, want %q", name, got, tt.want)
			}
		}
	}
	if got := a.Lookup("FSB", Group, Person); got != nil {
		t.Errorf("FSB among groups and persons: %v", got)
	}
}

func TestPath(t *testing.T) {
	t.Parallel()
	a := load(t)
	var got []string
	for _, x := range a.Path("islamic-state-khorasan-province") {
		got = append(got, x.Kind+" "+x.Name)
	}
	want := []string{"group Islamic State", "group Islamic State – Khorasan Province"}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	if x, ok := a.Actor("fsb"); !ok || x.Kind != Agency || x.Source == "" {
		t.Errorf("actor %+v, %v", x, ok)
	}
	if _, ok := a.Actor("nobody"); ok {
		t.Error("nobody is an actor")
	}
}

func TestOverride(t *testing.T) {
	t.Parallel()
	user := register.File{Name: "registers/actors.tsv", Data: []byte("id\tkind\tname\taliases\tsource\n" +
		"ford-guard\tgroup\tFord Guard\ten+case_sensitive:FG\tdesk\n")}
	a := load(t, user)
	if d := cmp.Diff([]string{"ford-guard"}, a.Lookup("FG")); d != "" || a.Digest() == load(t).Digest() {
		t.Error("the user's row does not show", d)
	}
	user.Data = append(user.Data, "x\tcrowd\tX\t\tdesk\n"...)
	_, err := Load(user)
	if err == nil || !strings.HasPrefix(err.Error(), `registers/actors.tsv:3: kind "crowd" of x`) {
		t.Errorf("error %v", err)
	}
}

// resolve settles the names of a text in a document that names some places.
func resolve(a *Actors, text, places string) []string {
	var ms []register.Mention
	for _, m := range a.Find(text, fold.Tokens(nil, text)) {
		if !m.Nested {
			ms = append(ms, register.Mention{Match: m})
		}
	}
	var out []string
	for _, r := range a.Resolve(ms, func(id string) bool {
		return strings.Contains(" "+places+" ", " "+id+" ")
	}) {
		id := r.ID
		if id == "" {
			id = "-"
		}
		out = append(out, id)
	}
	return out
}

func TestResolve(t *testing.T) {
	t.Parallel()
	a := load(t)
	tests := []struct{ name, text, places, want string }{
		{"sure", "The FSB and the Islamic State", "", "fsb islamic-state"},
		{"not in small letters", "The islamic state is here, the fsb too", "", ""},
		{"capitals for stress", "There IS no group.", "", "-"},
		{"acronym at its place", "There IS had a group.", "SY", "islamic-state"},
		{"acronym with the name", "The Islamic State (IS) had a group.", "",
			"islamic-state islamic-state"},
		{"surname alone", "Asildarov spoke.", "", "-"},
		{"surname with the group", "Asildarov of ISIS spoke.", "", "rustam-asildarov islamic-state"},
		{"surname with a lower group", "Asildarov led IS-CP.", "",
			"rustam-asildarov islamic-state-caucasus-province"},
		{"surname with the full name", "Kebekov died. Aliaskhab Kebekov was forty.", "",
			"aliaskhab-kebekov aliaskhab-kebekov"},
		{"surname that waits for the name", "Kebekov died in the Caucasus Emirate.", "",
			"- caucasus-emirate"},
		{"common name alone", "Magomed Omarov came.", "", "-"},
		{"common name at its place", "Magomed Omarov came. Omarov left.", "RU-DA",
			"magomed-omarov-sergokalinsky magomed-omarov-sergokalinsky"},
		{"another man", "Magomed Umarov came.", "RU-DA", "-"},
		{"agency of a country", "The National Guard came.", "RU", "national-guard-russia"},
		{"agency of no country", "The National Guard came.", "FR", "-"},
	}
	for _, tt := range tests {
		got := strings.Join(resolve(a, tt.text, tt.places), " ")
		if got != tt.want {
			t.Errorf("%s: %q gives %q, want %q", tt.name, tt.text, got, tt.want)
		}
	}
}

// TestResolveTwo has a name that two rows share: it waits for what tells them apart.
func TestResolveTwo(t *testing.T) {
	t.Parallel()
	a := load(t, register.File{Name: "u.tsv", Data: []byte(
		"id\tkind\tname\tflags\tcontext\tsource\n" +
			"ivan-ford-a\tperson\tIvan Ford\tneeds_context\tRU-DA\tdesk\n" +
			"ivan-ford-b\tperson\tIvan Ford\tneeds_context\tRU-CE\tdesk\n")})
	for places, want := range map[string]string{
		"RU-DA": "ivan-ford-a", "RU-CE": "ivan-ford-b", "RU-DA RU-CE": "-", "": "-",
	} {
		if got := strings.Join(resolve(a, "Ivan Ford", places), " "); got != want {
			t.Errorf("with %q: %q, want %q", places, got, want)
		}
	}
}

func FuzzFind(f *testing.F) {
	a := load(f)
	f.Add("IS–K's Emir Khamzat \xff «Исламским государством» داعش", true)
	f.Fuzz(func(t *testing.T, s string, named bool) {
		var ms []register.Mention
		for _, m := range a.Find(s, fold.Tokens(nil, s)) {
			if !m.Span.In(len(s)) || m.Span.Len() == 0 {
				t.Fatalf("span %v", m.Span)
			}
			ms = append(ms, register.Mention{Match: m})
		}
		for _, r := range a.Resolve(ms, func(string) bool { return named }) {
			if _, ok := a.Actor(r.ID); !ok && r.ID != "" {
				t.Fatalf("reading %q is no actor", r.ID)
			}
		}
	})
}
