package extract

import (
	"bytes"
	"math/rand/v2"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/encoding/htmlindex"

	"ibid/corpus"
)

// encode writes a text in a charset.
func encode(t *testing.T, charset, text string) []byte {
	t.Helper()
	enc, err := htmlindex.Get(charset)
	if err != nil {
		t.Fatal(err)
	}
	b, err := enc.NewEncoder().Bytes([]byte(text))
	if err != nil {
		t.Fatalf("%s: %v", charset, err)
	}
	return b
}

const (
	russian = "Мост через реку закрыли в среду вечером: опоры подмыла вода. Жители ходят по льду."
	french  = "Le maire a fermé le pont où l'eau était montée, près de l'église."
)

func TestDecodeBodySaysWhatDecided(t *testing.T) {
	t.Parallel()
	meta := func(charset, text string) string {
		return "<html><head><meta charset=\"" + charset + "\"></head><p>" + text
	}
	for _, c := range []struct {
		name, transport, body string
		charset, by, holds    string
		repaired              int
	}{
		{name: "plain ASCII", body: "abc", charset: "utf-8", by: "valid-utf8", holds: "abc"},
		{name: "a byte order mark wins", transport: "windows-1251", body: "\xef\xbb\xbf" + russian,
			charset: "utf-8", by: "bom", holds: russian},
		{name: "UTF-16 by its mark", body: "\xff\xfe\x1c\x04\x3e\x04",
			charset: "utf-16le", by: "bom", holds: "Мо"},
		{name: "the header", transport: "Windows-1251", body: string(encode(t, "windows-1251", russian)),
			charset: "windows-1251", by: "header", holds: russian},
		{name: "the meta element", body: meta("koi8-r", string(encode(t, "koi8-r", russian))),
			charset: "koi8-r", by: "meta", holds: russian},
		{name: "latin1 is windows-1252", body: meta("ISO-8859-1", string(encode(t, "windows-1252", french))),
			charset: "windows-1252", by: "meta", holds: french},
		{name: "UTF-8 below an old declaration", body: meta("iso-8859-1", french),
			charset: "utf-8", by: "valid-utf8", holds: french},
		{name: "a charset nobody knows", transport: "x-none", body: string(encode(t, "windows-1251", russian)),
			charset: "windows-1251", by: "detector", holds: russian},
		{name: "undeclared windows-1251", body: string(encode(t, "windows-1251", russian)),
			charset: "windows-1251", by: "detector", holds: russian},
		{name: "undeclared koi8-r", body: string(encode(t, "koi8-r", russian)),
			charset: "koi8-r", by: "detector", holds: russian},
		{name: "undeclared iso-8859-5", body: string(encode(t, "iso-8859-5", russian)),
			charset: "iso-8859-5", by: "detector", holds: russian},
		{name: "undeclared ibm866", body: string(encode(t, "ibm866", russian)),
			charset: "ibm866", by: "detector", holds: russian},
		{name: "declared UTF-8 and plainly not", transport: "utf-8",
			body: string(encode(t, "windows-1251", russian)), charset: "windows-1251", by: "detector", holds: russian},
		{name: "declared UTF-8 with damage", transport: "utf-8", body: russian + "\xff" + russian,
			charset: "utf-8", by: "header", holds: russian + "\uFFFD" + russian, repaired: 1},
		{name: "undeclared UTF-8 with damage", body: russian + "\xff", charset: "utf-8", by: "detector",
			holds: russian + "\uFFFD", repaired: 1},
		{name: "undeclared Latin", body: string(encode(t, "windows-1252", french)),
			charset: "windows-1252", by: "detector", holds: french},
		{name: "one stray byte", body: "caf\xe9", charset: "windows-1252", by: "default", holds: "café"},
		{name: "a meta element cannot say UTF-16", body: meta("utf-16", "abc"), charset: "utf-8", by: "meta", holds: "abc"},
		{name: "an XML declaration", body: "<?xml version='1.0' encoding='windows-1251'?><p>" +
			string(encode(t, "windows-1251", russian)), charset: "windows-1251", by: "meta", holds: russian},
	} {
		src, by := decodeBody([]byte(c.body), c.transport, true)
		if src.dec.Charset() != c.charset || by != c.by || src.repaired != c.repaired {
			t.Errorf("%s: %s by %s with %d repaired, want %s by %s with %d", c.name, src.dec.Charset(), by,
				src.repaired, c.charset, c.by, c.repaired)
		}
		if !strings.Contains(src.text, c.holds) {
			t.Errorf("%s: got %q, want %q in it", c.name, src.text, c.holds)
		}
	}
}

// TestOffsetsLeadBack decodes random text of every kind of charset, with damage in it, and
// follows each character back to bytes that decode to it.
func TestOffsetsLeadBack(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(1, 3))
	texts := map[string]string{
		"utf-8": russian + "漢字 é 😀", "windows-1251": russian, "koi8-r": russian, "windows-1252": french,
		"gbk": "桥在星期三关闭。abc", "gb18030": "桥在星期三关闭。😀", "shift_jis": "橋は水曜日に閉鎖された。",
		"euc-jp": "橋は水曜日に閉鎖", "euc-kr": "다리는 수요일에 폐쇄", "big5": "橋在星期三關閉",
		"utf-16le": russian + "😀", "utf-16be": russian,
	}
	for charset, text := range texts {
		var body []byte
		for range 40 {
			body = append(body, encode(t, charset, text)...)
			if charset == "utf-8" && r.IntN(3) == 0 {
				body = append(body, 0xff, ' ', 0xd0)
			}
		}
		dec, err := NewDecoder(charset)
		if err != nil {
			t.Fatal(err)
		}
		src := dec.decode(body, 0)
		at := 0
		for i, c := range src.text {
			from, ok1 := src.offset(i)
			to, ok2 := src.offset(i + utf8.RuneLen(c))
			if !ok1 || !ok2 || from != at {
				t.Fatalf("%s: character %q at %d: bytes %d to %d (%v, %v), want them from %d", charset, c, i, from, to, ok1, ok2, at)
			}
			if got := dec.Text(body[from:to]); got != string(c) {
				t.Fatalf("%s: bytes %x decode to %q, want %q", charset, body[from:to], got, c)
			}
			at = to
		}
		if at != len(body) {
			t.Errorf("%s: %d of %d bytes are covered", charset, at, len(body))
		}
	}
}

func TestCheckNamesTheRunThatDoesNotHold(t *testing.T) {
	t.Parallel()
	body := []byte("<p>Tom &amp; Ines")
	good := []corpus.Run{
		{Text: [2]int{0, 4}, Bytes: [2]int{3, 7}},
		{Text: [2]int{4, 5}, Bytes: [2]int{7, 12}, Ref: true},
		{Text: [2]int{5, 10}, Bytes: [2]int{12, 17}},
	}
	dec := Decoder{name: "utf-8"}
	if err := dec.Check(body, "Tom & Ines", good); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		name, text string
		run        corpus.Run
		kind       corpus.Kind
	}{
		{"other bytes", "Tom & Ines", corpus.Run{Text: [2]int{0, 4}, Bytes: [2]int{2, 6}}, corpus.Corrupt},
		{"outside the body", "Tom & Ines", corpus.Run{Text: [2]int{0, 4}, Bytes: [2]int{3, 700}}, corpus.Invalid},
		{"other text", "Tim & Ines", good[0], corpus.Corrupt},
		{"text that no run covers", "Tom & Ines", corpus.Run{Text: [2]int{0, 2}, Bytes: [2]int{3, 5}}, corpus.Invalid},
	} {
		runs := append([]corpus.Run{c.run}, good[1:]...)
		if err := dec.Check(body, c.text, runs); corpus.KindOf(err) != c.kind {
			t.Errorf("%s: got %v, want an error of kind %s", c.name, err, c.kind)
		}
	}
	last := append([]corpus.Run{}, good...)
	last[2].Bytes = [2]int{12, 18}
	if err := dec.Check(body, "Tom & Ines", last); corpus.KindOf(err) != corpus.Corrupt {
		t.Errorf("a run beyond the end: got %v, want an error of kind %s", err, corpus.Corrupt)
	}
}

func TestStatefulCharsetsAreKeptUntraced(t *testing.T) {
	t.Parallel()
	body := append([]byte("<meta charset=iso-2022-jp><p>"), encode(t, "iso-2022-jp", "橋は水曜日に閉鎖された。")...)
	d, err := Extract(capture("file:a.html", "text/html", body), body, Options{})
	if err != nil {
		t.Fatal(err)
	}
	if len(d.Blocks) != 1 || !d.Blocks[0].Untraced || !strings.Contains(d.Blocks[0].Text, "水曜日") {
		t.Errorf("got %+v, want one untraced block with its text", d.Blocks)
	}
}

func TestPagesOfOtherCharsetsAreTraced(t *testing.T) {
	t.Parallel()
	for charset, text := range map[string]string{"gbk": "桥在星期三关闭了。", "shift_jis": "橋は水曜日に 閉鎖された。",
		"windows-1251": russian, "euc-kr": "다리는 수요일에 폐쇄"} {
		page := append([]byte("<meta charset="+charset+"><p>"), encode(t, charset, text+" &amp; "+text)...)
		page = bytes.Replace(page, []byte(" &amp; "), []byte("\r\n &amp; "), 1)
		d := must(t, "file:a.html", "text/html", page)
		if len(d.Blocks) != 1 || d.Blocks[0].Untraced || d.Blocks[0].Text != text+" & "+text {
			t.Errorf("%s: got %+v", charset, d.Blocks)
		}
	}
}
