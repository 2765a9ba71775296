package warc

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"ibid/corpus"
)

// sample makes n response records about invented pages.
func sample(n int) []*Record {
	var rs []*Record
	for i := range n {
		body := strings.Repeat(fmt.Sprintf("<p>Paragraph %d of a page.</p>\n", i), i+1)
		head := "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n"
		head += fmt.Sprintf("Content-Length: %d\r\n\r\n", len(body))
		rs = append(rs, &Record{Type: Response, Date: time.Date(2024, 3, 2, 10, 0, i, 0, time.UTC),
			TargetURI: fmt.Sprintf("https://wire.example/%d", i), ContentType: HTTPResponse,
			Fields: []Field{{"Ibid-Capture", `{"url":"é <>"}`}}, Block: []byte(head + body)})
	}
	return rs
}

// marshaler is Marshal or MarshalGzip.
type marshaler = func(*Record) ([]byte, error)

// join writes records one behind the other and returns where each begins.
func join(t testing.TB, marshal marshaler, rs []*Record) (file []byte, starts []int64) {
	t.Helper()
	for _, r := range rs {
		b, err := marshal(r)
		if err != nil {
			t.Fatal(err)
		}
		starts = append(starts, int64(len(file)))
		file = append(file, b...)
	}
	return file, starts
}

// readAll reads a file to its end; what could not be read is in damages.
func readAll(t testing.TB, file []byte) (rs []*Record, damages []error) {
	t.Helper()
	rd := NewReader(bytes.NewReader(file), int64(len(file)), ReadOptions{Name: "t.warc"})
	for range len(file) + 2 {
		rec, err := rd.Next()
		if err == io.EOF {
			return rs, damages
		}
		if err != nil {
			damages = append(damages, err)
			continue
		}
		rs = append(rs, rec)
	}
	t.Fatalf("a file of %d bytes does not end", len(file))
	return nil, nil
}

// asWritten compares what was given to Marshal with what came back.
func asWritten() cmp.Option {
	return cmpopts.IgnoreFields(Record{}, "ID", "BlockDigest", "PayloadDigest", "Version",
		"Offset", "Length", "Verified", "Salvaged")
}

var forms = map[string]marshaler{"plain": Marshal, "gzip": MarshalGzip}

func TestWhatIsWrittenIsReadBack(t *testing.T) {
	t.Parallel()
	want := append([]*Record{{Type: Warcinfo, Date: time.Date(2024, 3, 2, 10, 0, 0, 5000, time.UTC),
		ContentType: WarcFields, Block: []byte("software: ibid\r\n")}}, sample(3)...)
	want = append(want, &Record{Type: Resource, Date: want[0].Date, TargetURI: "file:a%20note.txt", Block: []byte{}})
	for name, marshal := range forms {
		file, starts := join(t, marshal, want)
		got, damages := readAll(t, file)
		if len(damages) > 0 {
			t.Fatalf("%s: %v", name, damages)
		}
		if d := cmp.Diff(want, got, asWritten()); d != "" {
			t.Errorf("%s: -written +read\n%s", name, d)
		}
		for i, r := range got {
			if r.Offset != starts[i] || !r.Verified || r.Salvaged || !strings.HasPrefix(r.ID, "urn:uuid:") {
				t.Errorf("%s: record %d at %d (want %d), id %q, verified %t", name, i, r.Offset, starts[i], r.ID, r.Verified)
			}
			again, err := ReadAt(bytes.NewReader(file), int64(len(file)), r.Offset, ReadOptions{})
			if d := cmp.Diff(r, again); d != "" || err != nil {
				t.Errorf("%s: ReadAt %d: %v\n%s", name, r.Offset, err, d)
			}
		}
		if name == "gzip" {
			marshal = new(Packer).Marshal // one for all must write what one for each does
		}
		if again, _ := join(t, marshal, want); !bytes.Equal(file, again) {
			t.Errorf("%s: the same records were written as other bytes", name)
		}
	}
}

func TestMarshalRefusesWhatCannotBeReadBack(t *testing.T) {
	t.Parallel()
	for name, spoil := range map[string]func(*Record){
		"no type":              func(r *Record) { r.Type = "" },
		"no date":              func(r *Record) { r.Date = time.Time{} },
		"no target":            func(r *Record) { r.TargetURI = "" },
		"line end in a field":  func(r *Record) { r.Fields = []Field{{"X-A", "a\r\nWARC-Type: response"}} },
		"line end in the type": func(r *Record) { r.ContentType = "text/html\r\n" },
		"a field of its own":   func(r *Record) { r.Fields = []Field{{"content-length", "3"}} },
		"a name with a colon":  func(r *Record) { r.Fields = []Field{{"a:b", "3"}} },
	} {
		r := sample(1)[0]
		spoil(r)
		if _, err := Marshal(r); corpus.KindOf(err) != corpus.Invalid {
			t.Errorf("%s: got %v, want an error of kind invalid", name, err)
		}
	}
}

// record puts together plain record bytes from header lines and a block.
func record(block string, lines ...string) string {
	return "WARC/1.1\r\n" + strings.Join(lines, "\r\n") + "\r\n\r\n" + block + "\r\n\r\n"
}

// meta is a metadata record with a block of five bytes.
func meta(lines ...string) string { return record("12345", lines...) }

func TestLyingRecordsAreRefused(t *testing.T) {
	t.Parallel()
	typ, id, date := "WARC-Type: metadata", "WARC-Record-ID: <urn:a>", "WARC-Date: 2024-03-02T10:00:00Z"
	const five = "Content-Length: 5"
	sound := meta(typ, id, date, five)
	for name, c := range map[string]struct{ file, reason string }{
		"length too long":  {meta(typ, id, date, "Content-Length: 6"), "mid-record"},
		"length too short": {meta(typ, id, date, "Content-Length: 4"), "does not end after"},
		"length huge":      {meta(typ, id, date, "Content-Length: 999999999999"), "not read"},
		"length over int64": {
			meta(typ, id, date, "Content-Length: 99999999999999999999"), "not a number",
		},
		"length signed": {meta(typ, id, date, "Content-Length: +5"), "not a number"},
		"length twice":  {meta(typ, id, date, five, "content-length: 5"), "twice"},
		"no length":     {meta(typ, id, date), "Content-Length is missing"},
		"no type":       {meta(id, date, five), "WARC-Type is missing"},
		"no id":         {meta(typ, date, five), "WARC-Record-ID is missing"},
		"no date":       {meta(typ, id, five), "WARC-Date is missing"},
		"no target": {
			meta("WARC-Type: resource", id, date, five), "Target-URI is missing",
		},
		"date of nonsense": {meta(typ, id, "WARC-Date: yesterday", five), "is not a time"},
		"bare id":          {meta(typ, "WARC-Record-ID: urn:a", date, five), "angle brackets"},
		"version 2":        {"WARC/2.0" + sound[8:], "not WARC/1.0"},
		"bare LF":          {strings.ReplaceAll(sound, "\r\n", "\n"), "CR LF"},
		"mixed line ends":  {strings.Replace(sound, "metadata\r\n", "metadata\n", 1), "CR LF"},
		"no colon":         {meta(typ, id, date, five, "nonsense"), "a colon"},
		"not UTF-8":        {meta(typ, id, date, five, "X: \xff"), "UTF-8"},
		"block digest": {
			meta(typ, id, date, five, "WARC-Block-Digest: "+Digest([]byte("12346"))), "whose digest",
		},
		"payload digest": {
			meta(typ, id, date, five, "WARC-Payload-Digest: "+Digest(nil)), "whose digest",
		},
		"digest of nonsense": {
			meta(typ, id, date, five, "WARC-Block-Digest: sha256:zz"), "is not an algorithm",
		},
		"type of another block": {
			meta(typ, id, date, five, "Content-Type: application/http; msgtype=response"), "is not that of",
		},
		"end missing":          {sound[:len(sound)-2], "mid-record"},
		"not a WARC file":      {"\x89PNG\r\n\x1a\n and more", "no record begins here"},
		"header without end":   {"WARC/1.1\r\n" + strings.Repeat("X: y\r\n", 40000), "longer than"},
		"zeros":                {strings.Repeat("\x00", 100), "no record begins here"},
		"gzip of something":    {string(mustGzip(t, "no record at all\r\n\r\n")), "not WARC/1.0"},
		"two in a member":      {string(mustGzip(t, sound+sound)), "goes on behind"},
		"member cut in a half": {string(mustGzip(t, sound)[:60]), "mid-record"},
	} {
		rs, damages := readAll(t, []byte(c.file))
		if len(rs) != 0 || len(damages) == 0 {
			t.Errorf("%s: %d records, damages %v; want none and one", name, len(rs), damages)
			continue
		}
		var d *Damage
		if err := damages[0]; !errors.As(err, &d) || d.Offset != 0 || !strings.Contains(err.Error(), c.reason) ||
			!strings.HasPrefix(err.Error(), "t.warc at byte 0: ") {
			t.Errorf("%s: got %v, want file, offset and %q", name, err, c.reason)
		}
		if k := corpus.KindOf(damages[0]); k != corpus.Corrupt && k != corpus.Format {
			t.Errorf("%s: kind %s", name, k)
		}
	}
	wget := record("12345", "WARC-Type: revisit", "WARC-Target-URI: <http://a.example/>", id, date, five,
		"WARC-Block-Digest: sha1:3I42H3S6NNFQ2MSVX7XZKYAYSCX5QBYJ")
	if rs, damages := readAll(t, []byte(wget)); len(rs) != 1 || len(damages) != 0 || rs[0].Verified {
		t.Errorf("wget's revisit: %d records, %v; want one that is not verified", len(rs), damages)
	}
	if rs, damages := readAll(t, []byte(sound)); len(rs) != 1 || len(damages) != 0 {
		t.Errorf("the sound one: %d records, %v", len(rs), damages)
	}
}

func mustGzip(t testing.TB, s string) []byte {
	t.Helper()
	b, err := gzipBytes([]byte(s))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// TestDamageStaysWhereItIs mutates files of five records. Every record that the mutation
// does not touch must come back as it was; the touched one must come back as it was or be
// reported at its offset; nothing else may come back. No digest covers the header of a
// plain record, so there it is the block that must be as it was.
func TestDamageStaysWhereItIs(t *testing.T) {
	t.Parallel()
	rng := rand.New(rand.NewPCG(7, 11))
	for name, marshal := range forms {
		file, starts := join(t, marshal, sample(5))
		whole, _ := readAll(t, file)
		for round := range 1500 {
			bad, lo, hi := mutate(rng, file)
			got, damages := readAll(t, bad)
			label := fmt.Sprintf("%s, round %d, bytes %d to %d of %d", name, round, lo, hi, len(file))
			checkDamage(t, label, damageCase{whole, starts, got, damages, lo, hi, name == "gzip"})
			if t.Failed() {
				return
			}
		}
	}
}

// mutate flips, zeroes, cuts out or cuts off bytes; [lo, hi) of the file is touched.
func mutate(rng *rand.Rand, file []byte) (bad []byte, lo, hi int) {
	bad = bytes.Clone(file)
	lo = rng.IntN(len(file))
	hi = min(lo+1+rng.IntN(64), len(file))
	switch rng.IntN(4) {
	case 0:
		bad[lo] ^= 1 << rng.IntN(8)
		hi = lo + 1
	case 1:
		clear(bad[lo:hi])
	case 2:
		bad = append(bad[:lo], bad[hi:]...)
	case 3:
		bad, hi = bad[:lo], len(file)
	}
	return bad, lo, hi
}

type damageCase struct {
	whole   []*Record
	starts  []int64
	got     []*Record
	damages []error
	lo, hi  int
	gzip    bool
}

func checkDamage(t *testing.T, label string, c damageCase) {
	t.Helper()
	found := map[string]*Record{}
	for _, r := range c.got {
		found[string(r.Block)] = r
	}
	for i, want := range c.whole {
		end := want.Offset + want.Length
		touched := int64(c.lo) < end && int64(c.hi) > want.Offset
		got := found[string(want.Block)]
		delete(found, string(want.Block))
		if got != nil {
			if c.gzip && (got.ID != want.ID || got.TargetURI != want.TargetURI || !got.Date.Equal(want.Date)) {
				t.Errorf("%s: record %d came back with other content", label, i)
			}
			continue
		}
		if !touched {
			t.Errorf("%s: record %d at %d was not touched and is lost; %v", label, i, want.Offset, c.damages)
		} else if !reported(c.damages, c.starts, i, c.lo) {
			t.Errorf("%s: record %d at %d is gone without a word; %v", label, i, want.Offset, c.damages)
		}
	}
	if len(found) > 0 {
		t.Errorf("%s: %d records that were never written", label, len(found))
	}
}

// reported tells whether a damage covers the beginning of record i, which has moved to lo at
// the least; a file that was cut off at a record's end reports nothing, and is no WARC fault.
func reported(damages []error, starts []int64, i, lo int) bool {
	for _, err := range damages {
		var d *Damage
		if errors.As(err, &d) && d.Offset <= max(starts[i], int64(lo)) {
			return true
		}
	}
	for _, s := range starts[:i+1] {
		if int64(lo) == s {
			return true
		}
	}
	return false
}

// TestPlantedRecordsAreMarked puts whole records into the content of another, which is then
// damaged: what is found in there must not pass for a record of the file.
func TestPlantedRecordsAreMarked(t *testing.T) {
	t.Parallel()
	for name, marshal := range forms {
		planted, _ := join(t, marshal, []*Record{sample(3)[2]})
		outer := sample(2)
		// bytes without repeats are stored as they are, so the planted member is in plain sight
		random := make([]byte, 400_000)
		_, _ = rand.NewChaCha8([32]byte{}).Read(random)
		block := append([]byte("HTTP/1.1 200 OK\r\n\r\n"), random[:200_000]...)
		outer[0].Block = append(append(bytes.Clone(block), planted...), random[200_000:]...)
		if name == "plain" {
			outer[0].Block = append(block, planted[:len(planted)-4]...)
		}
		file, starts := join(t, marshal, outer)
		if !bytes.Contains(file, planted[:len(planted)-4]) {
			t.Fatalf("%s: the planted record is not in plain sight: the test tests nothing", name)
		}
		file[12] ^= 0xff // the outer record is no longer seen as one
		if name == "plain" {
			clear(file[:bytes.Index(file, []byte("\r\n\r\n"))]) // nor is what it says of its length
		}
		got, damages := readAll(t, file)
		if len(damages) == 0 {
			t.Errorf("%s: nothing reported", name)
		}
		last, seen := 0, len(got) > 1
		for _, r := range got {
			if r.Offset == starts[1] {
				last++
			} else if !r.Salvaged {
				t.Errorf("%s: the planted record at %d passes for one of the file", name, r.Offset)
			}
		}
		if last != 1 || !seen {
			t.Errorf("%s: the record behind the damage is not there", name)
		}
	}
}

// What a damaged plain record still says of its extent, length or digest, keeps the records
// behind it proven.
func TestAPlainRecordsExtentIsProven(t *testing.T) {
	t.Parallel()
	file, starts := join(t, Marshal, sample(4))
	second := string(file[starts[1]:starts[2]])
	length := regexp.MustCompile(`Content-Length: \d+\r\n\r\nHTTP`)
	for name, bad := range map[string]string{
		"type lost":                 strings.Replace(second, "WARC-Type", "WARC-Tipe", 1),
		"line of zeros":             strings.Replace(second, "WARC-Date: ", strings.Repeat("\x00", 11), 1),
		"length too big":            length.ReplaceAllString(second, "Content-Length: 1999\r\n\r\nHTTP"),
		"length huge":               length.ReplaceAllString(second, "Content-Length: 99999999999\r\n\r\nHTTP"),
		"no length":                 length.ReplaceAllString(second, "X: y\r\n\r\nHTTP"),
		"length of text":            length.ReplaceAllString(second, "Content-Length: x\r\n\r\nHTTP"),
		"length twice":              strings.Replace(second, "Content-Length", "Content-Length: 5\r\nContent-Length", 1),
		"beginning lost":            second[5:],
		"beginning and length lost": length.ReplaceAllString(second[5:], "X: y\r\n\r\nHTTP"),
		"line ends lost":            second[:len(second)-4],
		"grown":                     second[:len(second)-4] + strings.Repeat("more ", 9) + "\r\n\r\n",
		"a few bytes":               "\x00 garbage \xff",
	} {
		got, damages := readAll(t, []byte(string(file[:starts[1]])+bad+string(file[starts[2]:])))
		if len(got) != 3 || len(damages) != 1 || got[1].Offset != starts[1]+int64(len(bad)) {
			t.Errorf("%s: %d records, %v; want three and one damage", name, len(got), damages)
			continue
		}
		for _, r := range got {
			if r.Salvaged {
				t.Errorf("%s: the record at %d is marked, and the damaged one ends before it", name, r.Offset)
			}
		}
	}
}

func TestRecordsBehindOneDamageAreProven(t *testing.T) {
	t.Parallel()
	for _, k := range []int{0, 1} {
		file, starts := join(t, MarshalGzip, sample(5))
		clear(file[starts[k] : starts[k]+60])
		got, damages := readAll(t, file)
		if len(got) != 4 || len(damages) != 1 {
			t.Fatalf("%d records, %v; want four and one damage", len(got), damages)
		}
		for _, r := range got {
			if r.Salvaged {
				t.Errorf("the record at %d is marked, and follows the others to the end", r.Offset)
			}
		}
	}
}

// failing is a file whose device breaks down behind a number of bytes.
type failing struct {
	b    []byte
	from int64
}

func (f failing) ReadAt(p []byte, off int64) (int, error) {
	if off+int64(len(p)) > f.from {
		return 0, errors.New("input/output error")
	}
	return bytes.NewReader(f.b).ReadAt(p, off)
}

func TestAFailingDeviceIsNoDamage(t *testing.T) {
	t.Parallel()
	file, _ := join(t, MarshalGzip, sample(3))
	rd := NewReader(failing{file, int64(len(file) / 2)}, int64(len(file)), ReadOptions{})
	for range 5 {
		_, err := rd.Next()
		if k := corpus.KindOf(err); k != corpus.Unavailable {
			t.Fatalf("got %v, want an error of kind unavailable each time", err)
		}
	}
}

func FuzzReader(f *testing.F) {
	for _, marshal := range forms {
		file, _ := join(f, marshal, sample(2))
		f.Add(file)
		f.Add(file[:len(file)/2])
	}
	f.Add([]byte("WARC/1.0\r\nContent-Length: 0\r\n\r\n\r\n\r\n"))
	f.Fuzz(func(t *testing.T, file []byte) {
		rs, _ := readAll(t, file)
		var at int64
		for _, r := range rs {
			if r.Offset < at || r.Length <= 0 || r.Offset+r.Length > int64(len(file)) {
				t.Fatalf("record at %d of length %d after %d in a file of %d", r.Offset, r.Length, at, len(file))
			}
			at = r.Offset + r.Length
		}
	})
}
