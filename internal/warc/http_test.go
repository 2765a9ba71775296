package warc

import (
	"bytes"
	"compress/zlib"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/google/go-cmp/cmp"
	"github.com/klauspost/compress/flate"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"ibid/corpus"
)

func gzipBytes(b []byte) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	if _, err := w.Write(b); err != nil {
		return nil, err
	}
	err := w.Close()
	return out.Bytes(), err
}

// coded packs s with one content coding.
func coded(t testing.TB, coding, s string) string {
	t.Helper()
	var out bytes.Buffer
	var err error
	switch coding {
	case "gzip":
		b, e := gzipBytes([]byte(s))
		out.Write(b)
		err = e
	case "zlib":
		w := zlib.NewWriter(&out)
		_, err = w.Write([]byte(s))
		w.Close()
	case "flate":
		w, _ := flate.NewWriter(&out, 9)
		_, err = w.Write([]byte(s))
		w.Close()
	case "br":
		w := brotli.NewWriter(&out)
		_, err = w.Write([]byte(s))
		w.Close()
	case "zstd":
		w, _ := zstd.NewWriter(&out)
		_, err = w.Write([]byte(s))
		w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String()
}

func TestBody(t *testing.T) {
	t.Parallel()
	page := "<p>Seven people were hurt on the road.</p>"
	for name, c := range map[string]struct{ head, payload, want, reason string }{
		"as it is":        {"", page, page, ""},
		"with its length": {"Content-Length: 42\r\n", page, page, ""},
		"LF line ends":    {"Content-Type: text/html\n", page, page, ""},
		"gzip":            {"Content-Encoding: gzip\r\n", coded(t, "gzip", page), page, ""},
		"x-gzip":          {"Content-Encoding: X-GZIP\r\n", coded(t, "gzip", page), page, ""},
		"two members": {
			"Content-Encoding: gzip\r\n", coded(t, "gzip", page) + coded(t, "gzip", page), page + page, "",
		},
		"deflate":      {"Content-Encoding: deflate\r\n", coded(t, "zlib", page), page, ""},
		"bare deflate": {"Content-Encoding: deflate\r\n", coded(t, "flate", page), page, ""},
		"zstd":         {"Content-Encoding: zstd\r\n", coded(t, "zstd", page), page, ""},
		"gzip in zstd": {
			"Content-Encoding: gzip, zstd\r\n", coded(t, "zstd", coded(t, "gzip", page)), page, "",
		},
		"identity": {"Content-Encoding: identity\r\n", page, page, ""},
		"chunked": {
			"Transfer-Encoding: chunked\r\n", "4;x=1\r\nSeve\r\n2\r\nn \r\n0\r\n\r\n", "Seven ", "",
		},
		"chunked, trailer": {
			"Transfer-Encoding: chunked\r\n", "1\r\na\r\n0\r\nX: y\r\n\r\n", "a", "",
		},
		"chunked, undone": {
			"Transfer-Encoding: chunked\r\nContent-Length: 42\r\n", page, page, "",
		},
		"no body": {"Content-Length: 0\r\n", "", "", ""},
		"short":   {"Content-Length: 50\r\n", page, "", "42 of the 50 bytes"},
		"long":    {"Content-Length: 9\r\n", page, "", "42 of the 9 bytes"},
		"brotli":  {"Content-Encoding: br\r\n", coded(t, "br", page), page, ""},
		"brotli cut off": {
			"Content-Encoding: br\r\n", coded(t, "br", page)[:20], "", "ends early",
		},
		"brotli and more": {
			"Content-Encoding: br\r\n", coded(t, "br", page) + "more", "", "content coding br",
		},
		"brotli bomb": {
			"Content-Encoding: br\r\n", coded(t, "br", strings.Repeat("0", 4<<20)), "", "more than 100 times",
		},
		"unknown": {"Content-Encoding: sdch\r\n", page, "", `"sdch" is not known`},
		"four codings": {
			"Content-Encoding: gzip,gzip,gzip,gzip\r\n", page, "", "lie over each other",
		},
		"not gzip": {"Content-Encoding: gzip\r\n", page, "", "content coding gzip"},
		"gzip cut off": {
			"Content-Encoding: gzip\r\n", coded(t, "gzip", page)[:30], "", "ends early",
		},
		"gzip and more": {
			"Content-Encoding: gzip\r\n", coded(t, "gzip", page) + "more", "", "content coding gzip",
		},
		"zstd cut off": {
			"Content-Encoding: zstd\r\n", coded(t, "zstd", page)[:20], "", "content coding zstd",
		},
		"chunk too long": {
			"Transfer-Encoding: chunked\r\n", "3\r\nSeve\r\n0\r\n\r\n", "", "after its 3 bytes",
		},
		"chunk huge": {
			"Transfer-Encoding: chunked\r\n", "ffffffffffffffff\r\na\r\n0\r\n\r\n", "", "not the size of a chunk",
		},
		"chunked, cut off": {"Transfer-Encoding: chunked\r\n", "4\r\nSeve\r\n", "", "mid-chunk"},
		"chunked, not so":  {"Transfer-Encoding: chunked\r\n", page, "", "mid-chunk"},
		"unknown transfer": {"Transfer-Encoding: gzip, chunked\r\n", page, "", "not known"},
		"bomb": {
			"Content-Encoding: gzip\r\n", coded(t, "gzip", strings.Repeat("0", 4<<20)), "", "more than 100 times",
		},
		"large": {"", strings.Repeat("0", 10<<20+1), "", "larger than 10485760"},
		"large, zstd": {
			"Content-Encoding: zstd\r\n", coded(t, "zstd", noise(11<<20)), "", "larger than 10485760",
		},
		"length of nonsense": {"Content-Length: many\r\n", page, "", "not a number"},
	} {
		m, err := ParseResponse([]byte("HTTP/1.1 200 OK\r\n" + c.head + "\r\n" + c.payload))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		got, err := m.Body(Limits{})
		if c.reason != "" {
			if err == nil || !strings.Contains(err.Error(), c.reason) || corpus.KindOf(err) != corpus.Format {
				t.Errorf("%s: got %v, want %q", name, err, c.reason)
			}
			continue
		}
		if err != nil || string(got) != c.want {
			t.Errorf("%s: got %q, %v; want %q", name, got, err, c.want)
		}
	}
}

// noise is text that no coding shrinks a hundredfold.
func noise(n int) string {
	b := make([]byte, n)
	x := uint32(1)
	for i := range b {
		x = x*1664525 + 1013904223
		b[i] = byte(x >> 28)
	}
	return string(b)
}

func TestParseResponse(t *testing.T) {
	t.Parallel()
	m, err := ParseResponse([]byte("HTTP/1.0 301\r\nLocation: /b\r\nX-Old: a\r\n  b\r\nX-Latin: caf\xe9\r\n\r\nrest"))
	if err != nil {
		t.Fatal(err)
	}
	want := &Message{Status: 301, Header: []Field{{"Location", "/b"}, {"X-Old", "a b"}, {"X-Latin", "café"}},
		Payload: []byte("rest")}
	if d := cmp.Diff(want, m); d != "" {
		t.Errorf("-want +got\n%s", d)
	}
	for _, bad := range []string{"", "HTTP/1.1 200 OK\r\n", "HTTP/1.1 20 OK\r\n\r\n", "HTTP/1.1 abc\r\n\r\n",
		"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n", "HTTP/1.1 200 OK\r\na b: c\r\n\r\n"} {
		if m, err := ParseResponse([]byte(bad)); corpus.KindOf(err) != corpus.Format {
			t.Errorf("%q: got %v, %v, want an error of kind format", bad, m, err)
		}
	}
}

func TestMediaType(t *testing.T) {
	t.Parallel()
	for in, want := range map[string][2]string{
		"text/html":                          {"text/html", ""},
		"Text/HTML; Charset=Windows-1251":    {"text/html", "windows-1251"},
		`text/html; charset="utf-8"`:         {"text/html", "utf-8"},
		"text/html; charset=utf-8; charset=": {"text/html", "utf-8"},
		"":                                   {"", ""},
	} {
		if media, charset := MediaType(in); media != want[0] || charset != want[1] {
			t.Errorf("%q: got %q, %q, want %q", in, media, charset, want)
		}
	}
}

func FuzzBody(f *testing.F) {
	for _, coding := range []string{"gzip", "zlib", "zstd"} {
		f.Add([]byte("HTTP/1.1 200 OK\r\nContent-Encoding: " + coding + "\r\n\r\n" + coded(f, coding, "a page")))
	}
	f.Add([]byte("HTTP/1.1 200\nTransfer-Encoding: chunked\n\n1\r\na\r\n0\r\n\r\n"))
	f.Fuzz(func(t *testing.T, block []byte) {
		m, err := ParseResponse(block)
		if err != nil {
			return
		}
		if body, err := m.Body(Limits{MaxBody: 1 << 20}); err == nil && len(body) > 1<<20 {
			t.Fatalf("a body of %d bytes is beyond its limit", len(body))
		}
	})
}
