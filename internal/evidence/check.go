package evidence

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"ibid/corpus"
	"ibid/internal/cite"
)

// Options say how a bundle is checked.
type Options struct {
	// Prove cuts a passage out of the body of its capture again, by the rules of extraction, and
	// says what does not hold; versions are those of the steps that made the passage. It must
	// not be nil.
	Prove func(c corpus.Capture, body []byte, p Cited, versions map[string]string) error
}

// Finding is one thing in a bundle that is not as it should be.
type Finding struct {
	Member string `json:"member"` // name of the file in the bundle, or a part of the ZIP around it
	Offset int64  `json:"offset"` // in that file; in the bundle for a part of the ZIP; -1 for the whole
	Reason string `json:"reason"`
}

// String is the finding in one line.
func (f Finding) String() string { return f.Member + ": " + f.Reason }

func findf(member string, offset int64, format string, args ...any) Finding {
	return Finding{Member: member, Offset: offset, Reason: fmt.Sprintf(format, args...)}
}

// Report is the outcome of Check.
type Report struct {
	SHA256   string    `json:"sha256"` // of the whole bundle
	Members  int       `json:"members"`
	Records  int       `json:"records"` // WARC records, without the one that opens the file
	Bodies   int       `json:"bodies"`
	Passages int       `json:"passages"`
	Runs     int       `json:"runs"`     // proven
	Untraced int       `json:"untraced"` // passages whose bytes could not be followed
	NotMade  []string  `json:"not_made"` // files held against their hashes alone: by another version of citations
	Findings []Finding `json:"findings"` // empty for a sound bundle
}

// checking is one run of Check.
type checking struct {
	Report
	opt      Options
	files    map[string][]byte
	versions map[string]string
}

// find adds a finding.
func (k *checking) find(member string, offset int64, format string, args ...any) {
	k.Findings = append(k.Findings, findf(member, offset, format, args...))
}

// Check holds a bundle against itself: the ZIP, every hash, every WARC record and its digests,
// every run of every passage against the archived bytes, and each file that is made from these
// against a new one. What it finds is in the report; an error of kind Corrupt or Format says that
// the file is no bundle at all, one of kind Invalid that it is of another format.
func Check(data []byte, opt Options) (*Report, error) {
	k := &checking{opt: opt, files: map[string][]byte{}}
	k.Findings, k.NotMade, k.SHA256 = []Finding{}, []string{}, sum(data)
	members, found, err := unpack(data)
	if err != nil {
		return nil, err
	}
	k.Members, k.Findings = len(members), append(k.Findings, found...)
	for _, m := range members {
		if _, twice := k.files[m.name]; twice {
			k.find(m.name, -1, "it is in the bundle twice")
		}
		k.files[m.name] = m.data
	}
	if _, ok := k.files[recordsName]; !ok && k.files[sumsName] == nil {
		return nil, corpus.Errorf(corpus.Format, "", "it is a ZIP, but no evidence bundle")
	}
	k.hashes(members)
	if len(k.Findings) == 0 {
		err = k.contents(data)
	}
	return &k.Report, err
}

// hashes holds every member against SHA256SUMS, and that against what it should be. Where one
// byte of a member was changed, the CRC-32 that the ZIP states tells which.
func (k *checking) hashes(members []member) {
	listed := map[string]string{}
	for line := range strings.Lines(string(k.files[sumsName])) {
		if hash, name, ok := strings.Cut(strings.TrimSuffix(line, "\n"), "  "); ok {
			listed[name] = hash
		}
	}
	var damaged []member
	intact := members[:0:0]
	for _, m := range members {
		if isManifest(m.name) {
			if m.name != sumsName && newMember("", m.data).sum != m.sum {
				damaged = append(damaged, m)
			}
			continue
		}
		intact = append(intact, m)
		hash, known := listed[m.name]
		delete(listed, m.name)
		if !known || hash != sum(m.data) {
			damaged = append(damaged, m)
		}
	}
	sumsAt, sumsOf := k.sumsFault(members, intact)
	for _, m := range damaged {
		switch at, was, ok := oneByte(m.data, m.sum); {
		case ok:
			k.find(m.name, int64(at), "byte %d is %#02x and was %#02x", at, m.data[at], was)
		case newMember("", m.data).sum != m.sum:
			k.find(m.name, -1, "it is not the file that was packed: its sha256 is %s", sum(m.data))
		case sumsAt >= 0: // the list is at fault, not the file
			continue
		default:
			k.find(m.name, -1, "its sha256 is %s, which is not in %s", sum(m.data), sumsName)
		}
		if m.name == recordsName {
			_, _, found := readRecords(m.data)
			k.Findings = append(k.Findings, found...)
		}
	}
	if sumsAt >= 0 {
		k.find(sumsName, int64(sumsAt), "byte %d is %s", sumsAt, sumsOf)
		return
	}
	for name := range listed {
		k.find(name, -1, "%s lists it and it is not in the bundle", sumsName)
	}
	slices.SortStableFunc(k.Findings, func(a, b Finding) int { return strings.Compare(a.Member, b.Member) })
}

// sumsFault finds where SHA256SUMS itself was changed, by the CRC-32 that the ZIP states for it:
// the byte, and what was there; -1 when it is what was packed.
func (k *checking) sumsFault(members, intact []member) (at int, what string) {
	for _, m := range members {
		if m.name != sumsName || newMember("", m.data).sum == m.sum {
			continue
		}
		if at, was, ok := oneByte(m.data, m.sum); ok {
			return at, fmt.Sprintf("%#02x and was %#02x", m.data[at], was)
		}
		want := sums(intact)
		at := 0
		for at < min(len(m.data), len(want)) && m.data[at] == want[at] {
			at++
		}
		return at, "not what was packed"
	}
	return -1, ""
}

// contents reads passages and records, proves the runs, and makes the bundle again.
func (k *checking) contents(data []byte) error {
	c := &contents{}
	var found []Finding
	c.info, c.records, found = readRecords(k.files[recordsName])
	k.Findings = append(k.Findings, found...)
	if err := k.readPassages(c); err != nil || len(k.Findings) > 0 {
		return err
	}
	if err := c.settle(); err != nil {
		k.find(recordsName, -1, "%v", err)
		return nil
	}
	k.Records, k.Bodies, k.Passages = len(c.records), len(c.bodies), len(c.passages)
	for _, p := range c.passages {
		k.prove(p, *c.captureOf(p.Document).capture, c.bodies[p.Document.Snapshot])
	}
	if len(k.Findings) == 0 {
		k.again(c, data)
	}
	return nil
}

// readPassages reads the passages that bundle.json names.
func (k *checking) readPassages(c *contents) error {
	var h head
	if err := strictJSON(k.files[bundleName], &h); err != nil {
		k.find(bundleName, -1, "%v", err)
		return nil
	}
	if h.Format != format {
		return corpus.Errorf(corpus.Invalid, bundleName, "the bundle is of format %d, this program checks format %d",
			h.Format, format).WithRemedy("use the version of Ibid that made it")
	}
	k.versions, c.versions, c.cite = h.Versions, h.Versions, h.Cite
	if h.Cite != cite.Version {
		k.NotMade, c.given = citing(), map[string][]byte{}
		for _, name := range k.NotMade {
			c.given[name] = k.files[name]
		}
	}
	for _, id := range h.Passages {
		name := passFolder + string(id) + ".json"
		var p Cited
		if err := strictJSON(k.files[name], &p); err != nil {
			k.find(name, -1, "%v", err)
			continue
		}
		if err := p.validate(id); err != nil {
			k.find(name, -1, "%v", err)
			continue
		}
		c.passages = append(c.passages, p)
	}
	return nil
}

// strictJSON reads JSON whose every field is known.
func strictJSON(data []byte, v any) error {
	if data == nil {
		return fmt.Errorf("it is not in the bundle")
	}
	d := json.NewDecoder(bytes.NewReader(data))
	d.DisallowUnknownFields()
	if err := d.Decode(v); err != nil {
		return fmt.Errorf("it cannot be read: %w", err)
	}
	return nil
}

// validate holds a passage against the rules of its parts.
func (p Cited) validate(id corpus.PassageID) error {
	switch {
	case p.Passage == nil || p.Document == nil:
		return fmt.Errorf("it holds no passage with its document")
	case p.Passage.ID != id:
		return fmt.Errorf("it holds passage %s", p.Passage.ID)
	case p.Passage.Document != p.Document.ID:
		return fmt.Errorf("the passage is of another document")
	}
	if err := p.Document.Validate(); err != nil {
		return err
	}
	for i, r := range p.Passage.Runs {
		if t := (corpus.Span{Start: r.Text[0], End: r.Text[1]}); !t.In(len(p.Passage.Text)) {
			return fmt.Errorf("runs[%d] is outside the text", i)
		}
	}
	return p.Passage.Validate()
}

// prove cuts a passage again.
func (k *checking) prove(p Cited, c corpus.Capture, body []byte) {
	if err := k.opt.Prove(c, body, p, k.versions); err != nil {
		k.find(passFolder+string(p.Passage.ID)+".json", -1, "%v", err)
		return
	}
	k.Runs += len(p.Passage.Runs)
	if p.Passage.Untraced {
		k.Untraced++
	}
}

// again makes the bundle from what was read and compares every byte.
func (k *checking) again(c *contents, data []byte) {
	for i, p := range c.passages {
		c.passages[i] = trimmed(p)
	}
	c.passages, c.records = sortPassages(c.passages), sortRecords(c.records)
	members, err := c.members()
	if err != nil {
		k.find(bundleName, -1, "it cannot be made again: %v", err)
		return
	}
	for _, m := range members {
		if !isManifest(m.name) {
			k.compare(m)
		}
	}
	differ := len(k.Findings) > 0 // then the manifests differ as well
	for _, m := range members {
		if isManifest(m.name) && !differ {
			k.compare(m)
		}
		delete(k.files, m.name)
	}
	for name := range k.files {
		k.find(name, -1, "it does not belong into the bundle")
	}
	slices.SortStableFunc(k.Findings, func(a, b Finding) int { return strings.Compare(a.Member, b.Member) })
	if packed, _ := pack(members); len(k.Findings) == 0 && !bytes.Equal(packed, data) {
		k.find("end record", int64(differs(packed, data)), "the file is not as this program packs it, from byte %d on",
			differs(packed, data))
	}
}

// compare holds a file against what it should be.
func (k *checking) compare(m member) {
	have, ok := k.files[m.name]
	if !ok {
		k.find(m.name, -1, "it is not in the bundle")
	} else if !bytes.Equal(have, m.data) {
		k.find(m.name, int64(differs(have, m.data)), "from byte %d on it is not what passages and records give",
			differs(have, m.data))
	}
}

// differs is where two byte strings part.
func differs(a, b []byte) int {
	i := 0
	for i < min(len(a), len(b)) && a[i] == b[i] {
		i++
	}
	return i
}
