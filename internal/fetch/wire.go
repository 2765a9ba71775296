package fetch

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/warc"
)

// One request, one connection, HTTP/1.1. The client of net/http throws away the order and the
// spelling of the header, undoes the chunks and answers for a message whose bytes nobody saw; an
// archive owes its readers these bytes. So the connection is read through a tape, net/http's
// parser finds the end of the message on it, and what lies between is the block of the WARC
// record. A connection for each request costs a handshake; beside the delay between two requests
// to a host that is little, and the tape has one message.

// Caps on one message.
const (
	maxHead        = 64 << 10 // bytes of status line and header
	maxInterim     = 5        // answers of the 100s before the one that counts
	dialTimeout    = 10 * time.Second
	chunkOverheads = 2 // raw bytes that the body may take for each of its own: sizes of chunks
)

// tape keeps what is read from a connection, up to a limit.
type tape struct {
	conn  io.Reader
	data  []byte
	limit int
	err   error // of the connection
}

// errFull says that a message is larger than the tape may grow.
var errFull = errors.New("the limit is reached")

// Read reads from the connection and keeps a copy.
func (t *tape) Read(p []byte) (int, error) {
	room := t.limit - len(t.data)
	if room <= 0 {
		return 0, errFull
	}
	n, err := t.conn.Read(p[:min(len(p), room)])
	t.data = append(t.data, p[:n]...)
	if err != nil {
		t.err = err
	}
	return n, err
}

// exchange sends one request and reads its answer. The caller has the host's turn.
func (f *Fetcher) exchange(ctx context.Context, at *url.URL, r Request) (*Response, error) {
	limit := r.MaxBody
	if limit <= 0 {
		limit = f.opt.MaxBody
	}
	timed, cancel := context.WithTimeout(ctx, f.opt.Timeout)
	defer cancel()
	resp, err := f.talk(timed, at, r, limit)
	switch {
	case err == nil:
		return resp, nil
	case ctx.Err() != nil:
		return nil, ctx.Err()
	case timed.Err() != nil:
		return nil, corpus.Errorf(corpus.Unavailable, at.String(), "has not answered whole within %v", f.opt.Timeout)
	}
	return nil, transportError(at, err)
}

// talk dials, asks and listens.
func (f *Fetcher) talk(ctx context.Context, at *url.URL, r Request, limit int64) (*Response, error) {
	conn, err := f.dial(ctx, at)
	if err != nil {
		return nil, err
	}
	defer conn.Close()
	stop := context.AfterFunc(ctx, func() { conn.Close() })
	defer stop()
	req, asked, err := f.request(at, r)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Write(asked); err != nil {
		return nil, err
	}
	t := &tape{conn: conn, limit: maxHead}
	block, err := listen(t, req, limit)
	if err != nil {
		return nil, err
	}
	resp, err := f.read(block, limit)
	if err != nil {
		return nil, err
	}
	resp.Asked, resp.Address = asked, conn.RemoteAddr().String()
	return resp, nil
}

// dial connects through the guard, and through TLS where the address says so.
func (f *Fetcher) dial(ctx context.Context, at *url.URL) (net.Conn, error) {
	port := at.Port()
	if port == "" {
		port = map[string]string{"http": "80", "https": "443"}[at.Scheme]
	}
	d := &net.Dialer{Timeout: dialTimeout, Control: f.control, Resolver: f.opt.Resolver}
	conn, err := d.DialContext(ctx, "tcp", net.JoinHostPort(at.Hostname(), port))
	if err != nil || at.Scheme == "http" {
		return conn, err
	}
	secure := tls.Client(conn, &tls.Config{ServerName: strings.TrimSuffix(at.Hostname(), "."),
		RootCAs: f.opt.Roots, NextProtos: []string{"http/1.1"}})
	if err := secure.HandshakeContext(ctx); err != nil {
		conn.Close()
		return nil, err
	}
	return secure, nil
}

// request writes down what is sent. Conditions go only to the address that set them.
func (f *Fetcher) request(at *url.URL, r Request) (*http.Request, []byte, error) {
	req, err := http.NewRequest(http.MethodGet, at.String(), nil)
	if err != nil {
		return nil, nil, corpus.Errorf(corpus.Invalid, at.String(), "%w", err)
	}
	req.Close = true
	req.Header.Set("User-Agent", f.opt.UserAgent)
	req.Header.Set("Accept", "text/html,application/xhtml+xml,text/plain;q=0.9,*/*;q=0.1")
	req.Header.Set("Accept-Encoding", "gzip")
	if r.ETag != "" {
		req.Header.Set("If-None-Match", r.ETag)
	}
	if r.LastModified != "" {
		req.Header.Set("If-Modified-Since", r.LastModified)
	}
	var b bytes.Buffer
	if err := req.Write(&b); err != nil {
		return nil, nil, corpus.Errorf(corpus.Invalid, at.String(), "%w", err)
	}
	return req, b.Bytes(), nil
}

// listen reads one answer to its end and returns its bytes as they came. Answers of the 100s
// before it are left out.
func listen(t *tape, req *http.Request, limit int64) ([]byte, error) {
	br := bufio.NewReaderSize(t, 4<<10)
	begin := 0
	for range maxInterim {
		resp, err := http.ReadResponse(br, req)
		switch {
		case errors.Is(err, errFull):
			return nil, corpus.Errorf(corpus.Format, "", "the header is longer than %d KiB", maxHead>>10)
		case err != nil:
			return nil, t.fault(err, "the answer's header")
		}
		if resp.StatusCode >= 200 {
			err := t.body(resp, limit)
			return t.data[begin : len(t.data)-br.Buffered()], err
		}
		begin = len(t.data) - br.Buffered()
	}
	return nil, corpus.Errorf(corpus.Format, "", "more than %d interim answers", maxInterim)
}

// body reads the body of an answer, which leaves its bytes on the tape.
func (t *tape) body(resp *http.Response, limit int64) error {
	t.limit += int(limit)*chunkOverheads + maxHead
	n, err := io.Copy(io.Discard, io.LimitReader(resp.Body, limit+1))
	switch {
	case n > limit || errors.Is(err, errFull):
		return corpus.Errorf(corpus.Invalid, "", "has more than %d MiB", limit>>20).
			WithRemedy("pages of that size are not archived")
	case err != nil:
		return t.fault(err, fmt.Sprintf("the answer, %d bytes into its body,", n))
	}
	return nil
}

// fault tells a connection that broke from a message that is none.
func (t *tape) fault(err error, where string) error {
	if t.err != nil {
		return corpus.Errorf(corpus.Unavailable, "", "%s breaks off: %w", where, err)
	}
	return corpus.Errorf(corpus.Format, "", "%s is not HTTP: %w", where, err)
}

// read lays out an answer by the reader that will read it in the archive.
func (f *Fetcher) read(block []byte, limit int64) (*Response, error) {
	m, err := warc.ParseResponse(block)
	if err != nil {
		return nil, err
	}
	r := &Response{Status: m.Status, Block: block, At: f.opt.Now().UTC().Truncate(time.Second)}
	for _, h := range m.Header {
		r.Header = append(r.Header, corpus.Header{Name: h.Name, Value: h.Value})
	}
	if r.Field("Transfer-Encoding") != "" && r.Field("Content-Length") == strconv.Itoa(len(m.Payload)) {
		return nil, corpus.Errorf(corpus.Format, "", "states a length and chunks, and can be read in two ways")
	}
	if r.Status == http.StatusNotModified {
		return r, nil
	}
	if r.Body, err = m.Body(warc.Limits{MaxBody: limit}); err != nil {
		return nil, corpus.Errorf(corpus.KindOf(err), "", "%w", err).
			WithRemedy("save the page in a browser and add the file")
	}
	return r, nil
}

// transportError names the address. What was judged already keeps its kind and remedy; a
// certificate that is not trusted and a name that is not there are not tried again.
func transportError(at *url.URL, err error) error {
	var judged *corpus.Error
	if errors.As(err, &judged) {
		if judged.Item == "" {
			c := *judged
			c.Item = at.String()
			return &c
		}
		return corpus.Errorf(judged.Kind, at.String(), "%w", judged)
	}
	var cert *tls.CertificateVerificationError
	if errors.As(err, &cert) {
		return corpus.Errorf(corpus.Invalid, at.String(), "its certificate is not trusted: %w", cert.Err).
			WithRemedy("if it is one of your own authority, name its file in SSL_CERT_FILE")
	}
	var dns *net.DNSError
	if errors.As(err, &dns) && dns.IsNotFound {
		return corpus.Errorf(corpus.NotFound, at.String(), "there is no host %s", dns.Name)
	}
	return corpus.Errorf(corpus.Unavailable, at.String(), "%w", err)
}
