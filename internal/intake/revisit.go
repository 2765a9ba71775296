package intake

import (
	"context"
	"strings"
	"time"

	"ibid/corpus"
	"ibid/internal/archive"
	"ibid/internal/warc"
)

// A revisit record says that an address gave again what it, or another, had given before. It is
// taken over as a capture with those bytes once they are found: by the digest it states among
// the records met, by the address and time it refers to, or among the captures of its own
// address. They are taken only when its digest holds for them.

// revisit is a record whose bytes are looked for.
type revisit struct {
	rec   *warc.Record
	where string
	name  string // of the file
}

// origin is a record with bytes of its own that was met.
type origin struct {
	url    string
	at     time.Time
	passed bool // it holds no page
}

// remember notes what a revisit may refer to.
func (in *Intake) remember(rec *warc.Record, r archive.Record, page bool) {
	if in.origins == nil {
		in.origins = map[string]*origin{}
	}
	if key := strings.ToLower(rec.PayloadDigest); key != "" && (in.origins[key] == nil || page) {
		in.origins[key] = &origin{url: r.URL, at: r.At, passed: !page}
	}
}

// revisit takes a revisit over, or lets it wait.
func (in *Intake) revisit(ctx context.Context, v *revisit) error {
	if o := in.origins[strings.ToLower(v.rec.PayloadDigest)]; o != nil && o.passed {
		return nil
	}
	if err := in.flush(ctx); err != nil { // what it refers to may be staged
		return err
	}
	r, found, err := in.resolve(v.rec)
	switch {
	case err != nil:
		in.refuse(v.where, err)
		return nil
	case !found:
		in.waiting = append(in.waiting, v)
		return nil
	}
	r.Metadata = append(r.Metadata, importedFrom(v.name, v.rec))
	return in.stage(ctx, staged{label: v.name + "\t" + v.rec.TargetURI, where: v.where, record: r})
}

// Finish takes over the revisits whose first record came behind them or in another file, and
// tells of those whose first record never came. The error says how many those are.
func (in *Intake) Finish(ctx context.Context) error {
	waiting := in.waiting
	in.waiting = nil
	for _, v := range waiting {
		if err := in.revisit(ctx, v); err != nil {
			return err
		}
	}
	for _, v := range in.waiting {
		in.refuse(v.where, corpus.Errorf(corpus.Format, v.where, "the record is a revisit of %s, whose "+
			"bytes are not archived", v.rec.TargetURI).WithRemedy("add the WARC file with the first capture"))
	}
	in.waiting = nil
	if err := in.flush(ctx); err != nil {
		return err
	}
	return in.verdict("revisits")
}

// resolve finds the bytes of a revisit and makes a record of both.
func (in *Intake) resolve(rec *warc.Record) (r archive.Record, found bool, err error) {
	r, ours, err := archive.Recorded(rec)
	if err != nil {
		return r, false, err
	}
	if !ours {
		r = archive.Record{URL: rec.TargetURI, At: rec.Date.UTC().Truncate(time.Second)}
	}
	unchanged := strings.HasSuffix(rec.Field("WARC-Profile"), "/server-not-modified")
	for _, c := range in.candidates(rec) {
		message, err := in.Store.Message(c)
		if err != nil {
			return r, false, err
		}
		if message == nil {
			body, err := in.Store.Body(c.Snapshot)
			if err != nil {
				return r, false, err
			}
			if rec.PayloadDigest != "" && warc.Holds(rec.PayloadDigest, body) {
				r.HTTP, r.Body = nil, body
				if !ours {
					r.MediaType, r.Charset, r.Status = c.MediaType, c.Charset, c.Status
				}
				return r, true, nil
			}
			continue
		}
		if d := rec.PayloadDigest; d == "" && !unchanged || d != "" && !warc.PayloadIs(d, message) {
			continue
		}
		r.HTTP = message
		if rec.Verified {
			r.HTTP = joined(rec.Block, message)
		}
		return r, true, nil
	}
	return r, false, nil
}

// candidates are captures whose bytes a revisit may mean, the likeliest first.
func (in *Intake) candidates(rec *warc.Record) (cs []corpus.Capture) {
	target := strings.TrimSuffix(strings.TrimPrefix(rec.Field("WARC-Refers-To-Target-URI"), "<"), ">")
	date, err := time.Parse(time.RFC3339Nano, rec.Field("WARC-Refers-To-Date"))
	if target != "" && err == nil {
		cs = append(cs, in.captures(target, func(c corpus.Capture) bool {
			return c.At.Equal(date.UTC().Truncate(time.Second))
		})...)
	}
	if o := in.origins[strings.ToLower(rec.PayloadDigest)]; o != nil && !o.passed {
		cs = append(cs, in.captures(o.url, func(c corpus.Capture) bool { return c.At.Equal(o.at) })...)
		if len(cs) == 0 {
			cs = append(cs, in.captures(o.url, func(corpus.Capture) bool { return true })...)
		}
	}
	return append(cs, in.captures(rec.TargetURI, func(c corpus.Capture) bool {
		return !c.At.After(rec.Date)
	})...)
}

// captures are those of an address, newest first.
func (in *Intake) captures(url string, wanted func(corpus.Capture) bool) (cs []corpus.Capture) {
	all := in.Store.History(url)
	for i := len(all) - 1; i >= 0; i-- {
		if wanted(all[i]) {
			cs = append(cs, all[i])
		}
	}
	return cs
}

// joined is the HTTP message of a revisit: its own header, which a digest covers, where it has one
// that goes with the payload, in front of the payload of the first message; else the first message.
func joined(head, first []byte) []byte {
	m, err := warc.ParseResponse(first)
	if err != nil {
		return first
	}
	own := append(head[:len(head):len(head)], m.Payload...)
	n, err := warc.ParseResponse(own)
	if err != nil || n.Status == 304 || len(n.Payload) != len(m.Payload) {
		return first
	}
	for _, coding := range []string{"Transfer-Encoding", "Content-Encoding"} {
		if !strings.EqualFold(n.Field(coding), m.Field(coding)) {
			return first
		}
	}
	if _, err := n.Body(warc.Limits{}); err != nil {
		return first
	}
	return own
}
