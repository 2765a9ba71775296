package fetch

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"ibid/corpus"
)

// rawServer answers each connection on loopback with what answer writes, byte by byte as it is
// told, and gives its address.
func rawServer(t *testing.T, answer func(net.Conn)) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return serveRaw(t, l, answer)
}

func serveRaw(t *testing.T, l net.Listener, answer func(net.Conn)) string {
	t.Helper()
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer c.Close()
				answer(c)
			}()
		}
	}()
	return l.Addr().String()
}

// said answers every page with the same bytes, and robots.txt with 404.
func said(message string) func(net.Conn) {
	return func(c net.Conn) {
		if !isRobots(c) {
			io.WriteString(c, message)
		}
	}
}

// isRobots reads a request; one for robots.txt it answers.
func isRobots(c net.Conn) bool {
	br := bufio.NewReader(c)
	first, _ := br.ReadString('\n')
	for line := first; line != "\r\n" && line != ""; {
		line, _ = br.ReadString('\n')
	}
	if strings.HasPrefix(first, "GET /robots.txt ") {
		io.WriteString(c, "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
		return true
	}
	return false
}

func zipped(b []byte) string {
	var z bytes.Buffer
	w := gzip.NewWriter(&z)
	w.Write(b)
	w.Close()
	return z.String()
}

// The block of a response is what came over the wire, to the byte: each line of the header as
// and where it stood, chunks as they were, nothing of what came before or behind.
func TestBlockIsWhatCame(t *testing.T) {
	t.Parallel()
	page := "<p>Two hurt.</p>"
	z := zipped([]byte(page))
	sized := fmt.Sprintf("Content-Length: %d\r\n", len(page))
	tests := []struct {
		name, before, message, behind string
		body                          string
	}{
		{"order and spelling", "", "HTTP/1.1 200 Fine by me\r\nx-B: 2\r\nServer:  two  blanks \r\nX-a: 1\r\nSET-COOKIE: b=1\r\nset-cookie: a=2\r\n" + sized + "\r\n" + page, "", page},
		{"no reason", "", "HTTP/1.1 200\r\n" + sized + "\r\n" + page, "", page},
		{"line feeds alone", "", "HTTP/1.1 200 OK\n" + strings.ReplaceAll(sized, "\r", "") + "\n" + page, "", page},
		{"chunks", "", "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\n<p>\r\n00D;x=y\r\nTwo hurt.</p>\r\n0\r\n\r\n", "", page},
		{"chunks and a trailer", "", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X\r\n\r\n10\r\n" + page + "\r\n0\r\nX: 1\r\n\r\n", "", page},
		{"up to the end of the connection", "", "HTTP/1.1 200 OK\r\nServer: x\r\n\r\n" + page, "", page},
		{"HTTP/1.0", "", "HTTP/1.0 200 OK\r\n\r\n" + page, "", page},
		{"gzip", "", fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: %d\r\n\r\n%s", len(z), z), "", page},
		{"bytes behind the message", "", "HTTP/1.1 200 OK\r\n" + sized + "\r\n" + page, "HTTP/1.1 500 No\r\n\r\nmore", page},
		{"bytes behind the chunks", "", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n" + page + "\r\n0\r\n\r\n", "more", page},
		{"early hints", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 100 Continue\r\n\r\n", "HTTP/1.1 200 OK\r\n" + sized + "\r\n" + page, "", page},
		{"nothing", "", "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", "", ""},
		{"no content", "", "HTTP/1.1 204 No Content\r\nX: 1\r\n\r\n", "", ""},
		{"not modified", "", "HTTP/1.1 304 Not Modified\r\nContent-Length: 500\r\nETag: \"1\"\r\n\r\n", "", ""},
		{"a failure with a page", "", "HTTP/1.1 404 Gone fishing\r\n" + sized + "\r\n" + page, "", page},
		{"a value in Latin-1", "", "HTTP/1.1 200 OK\r\nX-Place: Chuv\xe1\r\n" + sized + "\r\n" + page, "", page},
	}
	for _, tt := range tests {
		addr := rawServer(t, said(tt.before+tt.message+tt.behind))
		f := New(Options{AllowPrivate: true, Delay: -1, Attempts: 1})
		resp, err := f.Fetch(t.Context(), Request{URL: "http://" + addr + "/a"})
		if err != nil {
			t.Errorf("%s: %v", tt.name, err)
			continue
		}
		if string(resp.Block) != tt.message || string(resp.Body) != tt.body {
			t.Errorf("%s: block %q, body %q\nwant  %q, body %q", tt.name, resp.Block, resp.Body, tt.message, tt.body)
		}
		if resp.Address != addr || !strings.HasPrefix(string(resp.Asked), "GET /a HTTP/1.1\r\nHost: "+addr+"\r\n") {
			t.Errorf("%s: %s answered %q", tt.name, resp.Address, resp.Asked)
		}
	}
}

// fault is a way in which a server goes wrong, and what is said of it.
type fault struct {
	name   string
	answer func(net.Conn)
	kind   corpus.Kind
	text   string
}

// faults are answers on which a page would be false or is not to be had.
func faults() []fault {
	ok := "HTTP/1.1 200 OK\r\n"
	chunked := ok + "Transfer-Encoding: chunked\r\n\r\n"
	coded := func(coding, body string) string {
		return fmt.Sprintf("%sContent-Encoding: %s\r\nContent-Length: %d\r\n\r\n%s", ok, coding, len(body), body)
	}
	bomb := zipped(make([]byte, 64<<20))
	drip := func(c net.Conn) {
		if isRobots(c) {
			return
		}
		io.WriteString(c, ok+"Content-Length: 1000000\r\n\r\n")
		for err := error(nil); err == nil; time.Sleep(time.Millisecond) {
			_, err = io.WriteString(c, ".")
		}
	}
	silent := func(c net.Conn) {
		if !isRobots(c) {
			_, _ = c.Read(make([]byte, 1)) // until the other side is gone
		}
	}
	endless := func(head, piece string) func(net.Conn) {
		return func(c net.Conn) {
			if isRobots(c) {
				return
			}
			_, err := io.WriteString(c, head)
			for err == nil {
				_, err = io.WriteString(c, piece)
			}
		}
	}
	reset := func(c net.Conn) {
		if !isRobots(c) {
			io.WriteString(c, ok+"Content-Length: 100\r\n\r\nonly this")
			_ = c.(*net.TCPConn).SetLinger(0)
		}
	}
	return []fault{
		{"no answer", said(""), corpus.Unavailable, "breaks off"},
		{"cut in the status line", said("HTTP/1.1 2"), corpus.Unavailable, "breaks off"},
		{"cut in the header", said(ok + "Server: x\r\n"), corpus.Unavailable, "breaks off"},
		{"cut in the body", said(ok + "Content-Length: 100\r\n\r\nonly this"), corpus.Unavailable, "9 bytes into its body, breaks off"},
		{"cut in a chunk", said(chunked + "64\r\nonly this"), corpus.Unavailable, "breaks off"},
		{"cut between chunks", said(chunked + "4\r\nonly\r\n"), corpus.Unavailable, "breaks off"},
		{"cut before the trailer's end", said(chunked + "4\r\nonly\r\n0\r\n"), corpus.Unavailable, "breaks off"},
		{"reset", reset, corpus.Unavailable, "breaks off"},
		{"silent", silent, corpus.Unavailable, "has not answered whole within 300ms"},
		{"drop by drop", drip, corpus.Unavailable, "has not answered whole within 300ms"},

		{"another protocol", said("SSH-2.0-OpenSSH_9.6\r\n\r\n"), corpus.Format, "not HTTP"},
		{"a status that is none", said("HTTP/1.1 two OK\r\n\r\n"), corpus.Format, "not HTTP"},
		{"a header line without colon", said(ok + "Server\r\n\r\n"), corpus.Format, "not HTTP"},
		{"a name with a blank", said(ok + "Ser ver: x\r\n\r\n"), corpus.Format, "not a name, a colon and a value"},
		{"two lengths", said(ok + "Content-Length: 4\r\nContent-Length: 5\r\n\r\nfour"), corpus.Format, "not HTTP"},
		{"a negative length", said(ok + "Content-Length: -4\r\n\r\nfour"), corpus.Format, "not HTTP"},
		{"a length that is none", said(ok + "Content-Length: four\r\n\r\nfour"), corpus.Format, "not HTTP"},
		{"an unknown transfer coding", said(ok + "Transfer-Encoding: gzip\r\n\r\nfour"), corpus.Format, "not HTTP"},
		{"a size of a chunk that is none", said(chunked + "zz\r\nfour\r\n0\r\n\r\n"), corpus.Format, "not HTTP"},
		{"a chunk longer than it says", said(chunked + "2\r\nfour\r\n0\r\n\r\n"), corpus.Format, "not HTTP"},
		{"a huge size of a chunk", said(chunked + "fffffffffffffffff\r\nfour"), corpus.Format, "not HTTP"},
		{"length and chunks", said(ok + "Transfer-Encoding: chunked\r\nContent-Length: 14\r\n\r\n4\r\nfour\r\n0\r\n\r\n"), corpus.Format, "in two ways"},
		{"a change of protocol", said("HTTP/1.1 101 Switching Protocols\r\n\r\n"), corpus.Unavailable, "breaks off"},
		{"interim answers without end", endless("", "HTTP/1.1 100 Continue\r\n\r\n"), corpus.Format, "interim"},
		{"a header without end", endless(ok, "X-Filling: "+strings.Repeat("x", 200)+"\r\n"), corpus.Format, "longer than 64 KiB"},
		{"a line without end", endless(ok+"X-Filling: ", strings.Repeat("x", 200)), corpus.Format, "longer than 64 KiB"},
		{"too large by its length", said(ok + "Content-Length: 3000000\r\n\r\n" + strings.Repeat("x", 3000000)), corpus.Invalid, "more than 2 MiB"},
		{"without end", endless(ok+"\r\n", strings.Repeat("x", 1000)), corpus.Invalid, "more than 2 MiB"},
		{"chunks without end", endless(chunked, "3e8\r\n"+strings.Repeat("x", 1000)+"\r\n"), corpus.Invalid, "more than 2 MiB"},
		{"tiny chunks without end", endless(chunked, strings.Repeat("1\r\nx\r\n", 100)), corpus.Invalid, "more than 2 MiB"},

		{"gzip bomb", said(coded("gzip", bomb)), corpus.Format, "larger than 2097152 bytes"},
		{"small gzip bomb", said(coded("gzip", zipped(make([]byte, 2<<20)))), corpus.Format, "more than 100 times"},
		{"gzip bomb in gzip", said(coded("gzip, gzip", zipped([]byte(bomb)))), corpus.Format, "more than 100 times"},
		{"gzip cut", said(coded("gzip", zipped([]byte("a page"))[:20])), corpus.Format, "ends early"},
		{"gzip that is none", said(coded("gzip", "<p>a page</p>")), corpus.Format, "gzip"},
		{"gzip with a wrong sum", said(coded("gzip", strings.Replace(zipped([]byte("a page")), "\x00\x00\x00", "\x00\x00\x01", 1)[:20]+"\x01\x02\x03\x04\x05\x06")), corpus.Format, "gzip"},
		{"an unknown content coding", said(coded("br", "<p>a page</p>")), corpus.Format, "br"},
		{"many codings", said(coded("gzip, gzip, gzip, gzip", "x")), corpus.Format, "4 content codings"},

		{"redirect loop", said("HTTP/1.1 301 Moved\r\nLocation: /a\r\nContent-Length: 0\r\n\r\n"), corpus.Unavailable, "more than 5 times"},
		{"redirect to a file", said("HTTP/1.1 301 Moved\r\nLocation: file:///etc/passwd\r\nContent-Length: 0\r\n\r\n"), corpus.Invalid, "http or https"},
		{"redirect with a password", said("HTTP/1.1 302 Moved\r\nLocation: http://a:b@wire.example/\r\nContent-Length: 0\r\n\r\n"), corpus.Invalid, "user name or password"},
		{"redirect to nowhere", said("HTTP/1.1 308 Moved\r\nContent-Length: 0\r\n\r\n"), corpus.Unavailable, "nowhere"},
		{"redirect to what is no address", said("HTTP/1.1 307 Moved\r\nLocation: http://[::1\r\nContent-Length: 0\r\n\r\n"), corpus.Unavailable, "nowhere"},
	}
}

// Nothing that went wrong on the way is taken for a page, and each error says what and where.
func TestFaultsOfServers(t *testing.T) {
	t.Parallel()
	list := faults()
	for _, tt := range list {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			addr := rawServer(t, tt.answer)
			timeout := time.Minute
			if strings.Contains(tt.text, "300ms") {
				timeout = 300 * time.Millisecond
			}
			f := New(Options{AllowPrivate: true, Delay: -1, Attempts: 1, MaxBody: 2 << 20, Timeout: timeout})
			resp, err := f.Fetch(t.Context(), Request{URL: "http://" + addr + "/a"})
			if resp != nil || corpus.KindOf(err) != tt.kind || !strings.Contains(fmt.Sprint(err), tt.text) ||
				!strings.Contains(fmt.Sprint(err), "http://"+addr+"/a") {
				t.Errorf("got %v, want kind %s with %q", err, tt.kind, tt.text)
			}
		})
	}
	t.Logf("figure: %d faults of servers told", len(list))
}

// authority signs certificates for tests.
type authority struct {
	cert *x509.Certificate
	key  *ecdsa.PrivateKey
}

func newAuthority(t *testing.T) *authority {
	t.Helper()
	a := &authority{}
	a.cert, a.key = a.issue(t, &x509.Certificate{SerialNumber: big.NewInt(1), IsCA: true, BasicConstraintsValid: true,
		Subject: pkix.Name{CommonName: "Test authority"}, NotAfter: time.Now().Add(time.Hour), KeyUsage: x509.KeyUsageCertSign})
	return a
}

// issue signs a certificate, by itself when the authority has none yet.
func (a *authority) issue(t *testing.T, c *x509.Certificate) (*x509.Certificate, *ecdsa.PrivateKey) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	parent, by := a.cert, a.key
	if parent == nil {
		parent, by = c, key
	}
	der, err := x509.CreateCertificate(rand.Reader, c, parent, &key.PublicKey, by)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return cert, key
}

func TestTLS(t *testing.T) {
	t.Parallel()
	a := newAuthority(t)
	roots := x509.NewCertPool()
	roots.AddCert(a.cert)
	good := x509.Certificate{SerialNumber: big.NewInt(2), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}}
	other, old := good, good
	other.IPAddresses, other.DNSNames = nil, []string{"wire.example"}
	old.NotBefore, old.NotAfter = time.Now().Add(-2*time.Hour), time.Now().Add(-time.Hour)
	const page = "HTTP/1.1 200 OK\r\nx-order: 1\r\nContent-Length: 4\r\n\r\npage"
	tests := []struct {
		name   string
		cert   *x509.Certificate // nil: the server speaks no TLS
		protos []string
		roots  *x509.CertPool
		kind   corpus.Kind // empty when the page is had
		text   string
	}{
		{"trusted", &good, nil, roots, "", ""},
		{"trusted, and able to speak HTTP/2", &good, []string{"h2", "http/1.1"}, roots, "", ""},
		{"of an authority that is not ours", &good, nil, x509.NewCertPool(), corpus.Invalid, "not trusted"},
		{"of another host", &other, nil, roots, corpus.Invalid, "not trusted"},
		{"expired", &old, nil, roots, corpus.Invalid, "expired"},
		{"no TLS", nil, nil, roots, corpus.Unavailable, "tls: first record"},
	}
	for _, tt := range tests {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if tt.cert != nil {
			cert, key := a.issue(t, tt.cert)
			l = tls.NewListener(l, &tls.Config{NextProtos: tt.protos,
				Certificates: []tls.Certificate{{Certificate: [][]byte{cert.Raw}, PrivateKey: key}}})
		}
		answer := said(page)
		if tt.cert == nil {
			answer = func(c net.Conn) { io.WriteString(c, page) }
		}
		addr := serveRaw(t, l, answer)
		f := New(Options{AllowPrivate: true, Delay: -1, Attempts: 1, Roots: tt.roots})
		resp, err := f.Fetch(t.Context(), Request{URL: "https://" + addr + "/a"})
		switch {
		case tt.kind == "" && (err != nil || string(resp.Block) != page):
			t.Errorf("%s: %v", tt.name, err)
		case tt.kind != "" && (corpus.KindOf(err) != tt.kind || !strings.Contains(fmt.Sprint(err), tt.text)):
			t.Errorf("%s: got %v, want kind %s with %q", tt.name, err, tt.kind, tt.text)
		}
	}
}

// A cancelled run ends at once, in the middle of an answer, as cancelled.
func TestCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	addr := rawServer(t, func(c net.Conn) {
		if !isRobots(c) {
			io.WriteString(c, "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npa")
			cancel()
			_, _ = c.Read(make([]byte, 1))
		}
	})
	_, err := New(Options{AllowPrivate: true, Delay: -1}).Fetch(ctx, Request{URL: "http://" + addr})
	if err != context.Canceled {
		t.Errorf("got %v", err)
	}
}

// Whatever a server sends: what is kept is a piece of it, and all of what follows from it. Two
// readers, that of net/http and that of the archive, find the same page in it.
func FuzzWire(f *testing.F) {
	for _, s := range []string{"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\npage and more", "HTTP/1.1 103 Hints\r\n\r\nHTTP/1.0 200\n\npage",
		"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;a=b\r\npage\r\n0\r\nX: 1\r\n\r\nmore", "HTTP/1.1 304 No\r\nContent-Length: 9\r\n\r\n",
		"HTTP/1.1 200 OK\r\nA: 1\r\n 2\r\nTransfer-Encoding: chunked\r\nContent-Length: 14\r\n\r\n4\r\npage\r\n0\r\n\r\n"} {
		f.Add([]byte(s))
	}
	fetcher := New(Options{})
	req := httptest.NewRequest("GET", "http://wire.example/", nil)
	keep := func(sent []byte) ([]byte, error) {
		return listen(&tape{conn: bytes.NewReader(sent), limit: maxHead}, req, 1<<20)
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		block, err := keep(sent)
		if err != nil {
			return
		}
		if !bytes.Contains(sent, block) {
			t.Fatalf("%q is kept of %q", block, sent)
		}
		if again, err := keep(block); err != nil || !bytes.Equal(again, block) {
			t.Fatalf("%q is kept, and of that %q, %v", block, again, err)
		}
		r, err := fetcher.read(block, 1<<20)
		if err != nil || r.Field("Content-Encoding") != "" {
			return
		}
		resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(block)), req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		if err != nil || resp.StatusCode != r.Status || !bytes.Equal(body, r.Body) {
			t.Errorf("of %q one reader makes %d %q and the other %d %q, %v", block, r.Status, r.Body, resp.StatusCode, body, err)
		}
	})
}
