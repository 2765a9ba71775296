package evidence

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
	"slices"

	"ibid/corpus"
)

// A bundle is a ZIP (APPNOTE 6.3) of the plainest kind: members are stored, their headers say
// sizes and CRC-32 before the data, there are no extra fields and no comments, names are ASCII,
// all times are the first that the format can say. So nothing in the file is free: names and
// data give every byte of it, whatever library or version wrote them.
//
//	local header, name, data     for each member
//	directory entry, name        for each member
//	end record
//
// Reading looks for the members twice, along the headers and by the directory at the end, since
// either may be damaged; what is read is written again and compared with the file.

// Lengths and constants of the format.
const (
	localSize     = 30
	directorySize = 46
	endSize       = 22

	localMagic     = 0x04034b50
	directoryMagic = 0x02014b50
	endMagic       = 0x06054b50

	neededVersion = 20             // 2.0: folders in names
	madeBy        = 3<<8 | 20      // Unix, so that the mode is looked at
	firstDay      = 1<<5 | 1       // 1 January 1980, midnight
	plainFile     = 0o100644 << 16 // a file that all may read
	maxBundle     = 1 << 30        // bytes; the format holds 4 GiB, memory should not have to
	maxMembers    = 1<<16 - 1
)

// member is one file of a bundle. Sum is the CRC-32 that its headers state.
type member struct {
	name string
	data []byte
	sum  uint32
}

// newMember makes a member of data.
func newMember(name string, data []byte) member {
	return member{name: name, data: data, sum: crc32.ChecksumIEEE(data)}
}

// part is a stretch of a ZIP: which it is, of which member, and where it begins.
type part struct {
	what string // local header, data, directory entry or end record
	of   string // name of the member; empty for the end record
	at   int
}

// String names the part.
func (p part) String() string {
	if p.of == "" {
		return p.what
	}
	return p.what + " of " + p.of
}

// pack gives the ZIP of members, with its parts in order.
func pack(members []member) ([]byte, []part) {
	var out []byte
	var parts []part
	offsets := make([]int, len(members))
	for i, m := range members {
		offsets[i] = len(out)
		parts = append(parts, part{"local header", m.name, len(out)})
		out = binary.LittleEndian.AppendUint32(out, localMagic)
		out = appendCommon(out, m)
		out = append(out, m.name...)
		parts = append(parts, part{"data", m.name, len(out)})
		out = append(out, m.data...)
	}
	start := len(out)
	for i, m := range members {
		parts = append(parts, part{"directory entry", m.name, len(out)})
		out = binary.LittleEndian.AppendUint32(out, directoryMagic)
		out = binary.LittleEndian.AppendUint16(out, madeBy)
		out = appendCommon(out, m)
		out = append(out, 0, 0, 0, 0, 0, 0) // comment, disk, internal attributes
		out = binary.LittleEndian.AppendUint32(out, plainFile)
		out = binary.LittleEndian.AppendUint32(out, uint32(offsets[i]))
		out = append(out, m.name...)
	}
	parts = append(parts, part{"end record", "", len(out)})
	size := len(out) - start
	out = binary.LittleEndian.AppendUint32(out, endMagic)
	out = append(out, 0, 0, 0, 0) // disks
	out = binary.LittleEndian.AppendUint16(out, uint16(len(members)))
	out = binary.LittleEndian.AppendUint16(out, uint16(len(members)))
	out = binary.LittleEndian.AppendUint32(out, uint32(size))
	out = binary.LittleEndian.AppendUint32(out, uint32(start))
	return append(out, 0, 0), parts // no comment
}

// appendCommon writes what local header and directory entry share: version, flags, method, time,
// sum, sizes and lengths.
func appendCommon(out []byte, m member) []byte {
	out = binary.LittleEndian.AppendUint16(out, neededVersion)
	out = append(out, 0, 0, 0, 0, 0, 0) // flags, method, time of day
	out = binary.LittleEndian.AppendUint16(out, firstDay)
	out = binary.LittleEndian.AppendUint32(out, m.sum)
	out = binary.LittleEndian.AppendUint32(out, uint32(len(m.data)))
	out = binary.LittleEndian.AppendUint32(out, uint32(len(m.data)))
	out = binary.LittleEndian.AppendUint16(out, uint16(len(m.name)))
	return append(out, 0, 0) // extra field
}

// unpack finds the members of a ZIP that pack made, and where the file is another than pack gives
// for them. Of two ways to read a damaged file it takes the one that leaves less to be explained.
// The error says that it is no such file at all.
func unpack(b []byte) ([]member, []Finding, error) {
	type reading struct {
		members []member
		found   []Finding
	}
	var best *reading
	for _, read := range []func([]byte) []member{alongHeaders, byDirectory} {
		members := read(b)
		if members == nil {
			continue
		}
		r := &reading{members, structure(b, members)}
		if best == nil || len(r.found) < len(best.found) ||
			len(r.found) == len(best.found) && strangers(r.members) < strangers(best.members) {
			best = r
		}
	}
	if best == nil {
		return nil, nil, corpus.Errorf(corpus.Corrupt, "", "it is no evidence bundle, or damaged in many places").
			WithRemedy("get the file again from where it came")
	}
	return best.members, best.found, nil
}

// alongHeaders reads members one behind the other; nil when that leads nowhere.
func alongHeaders(b []byte) []member {
	var out []member
	for at := 0; len(out) <= maxMembers && at+localSize <= len(b); {
		h := b[at:]
		switch binary.LittleEndian.Uint32(h) {
		case directoryMagic:
			return settled(b, out)
		case localMagic:
		default:
			return nil
		}
		size, name := int(binary.LittleEndian.Uint32(h[18:])), int(binary.LittleEndian.Uint16(h[26:]))
		if len(h) < localSize+name+size {
			return nil
		}
		out = append(out, member{name: string(h[localSize:][:name]), data: h[localSize+name:][:size]})
		at += localSize + name + size
	}
	return nil
}

// byDirectory reads members as the directory lists them; nil when they do not fill the file.
func byDirectory(b []byte) []member {
	if len(b) < endSize {
		return nil
	}
	end := b[len(b)-endSize:]
	n, at := int(binary.LittleEndian.Uint16(end[10:])), int(binary.LittleEndian.Uint32(end[16:]))
	var out []member
	filled := 0
	for start := at; len(out) < n; {
		if at > len(b)-endSize-directorySize {
			return nil
		}
		h := b[at:]
		size, name := int(binary.LittleEndian.Uint32(h[24:])), int(binary.LittleEndian.Uint16(h[28:]))
		if len(h) < directorySize+name || int(binary.LittleEndian.Uint32(h[42:])) != filled ||
			filled+localSize+name+size > start {
			return nil
		}
		data := b[filled+localSize+name:][:size]
		out = append(out, member{name: string(h[directorySize:][:name]), data: data})
		filled += localSize + name + size
		at += directorySize + name
	}
	return settled(b, out)
}

// settled gives each member the sum that its headers state: that of the data where one of the two
// headers has it.
func settled(b []byte, members []member) []member {
	local, directory := 0, 0
	for _, m := range members {
		directory += localSize + len(m.name) + len(m.data)
	}
	for i := range members {
		m := &members[i]
		m.sum = crc32.ChecksumIEEE(m.data)
		first := binary.LittleEndian.Uint32(b[local+14:])
		second := first
		if directory+directorySize <= len(b) {
			second = binary.LittleEndian.Uint32(b[directory+16:])
		}
		if first != m.sum && second != m.sum {
			m.sum = first
		}
		local += localSize + len(m.name) + len(m.data)
		directory += directorySize + len(m.name)
	}
	return members
}

// structure compares a file with what pack gives for its members. A stretch of other bytes is one
// finding.
func structure(b []byte, members []member) []Finding {
	want, parts := pack(members)
	var found []Finding
	before := -2
	for i := 0; i < min(len(b), len(want)); i++ {
		if b[i] == want[i] {
			continue
		}
		if i != before+1 {
			found = append(found, findf(partAt(parts, i), int64(i),
				"byte %d of the file is %#02x and should be %#02x", i, b[i], want[i]))
		}
		before = i
	}
	if len(b) != len(want) {
		found = append(found, findf("end record", int64(min(len(b), len(want))),
			"the file has %d bytes and should have %d", len(b), len(want)))
	}
	return found
}

// partAt names the part that a byte of the ZIP lies in.
func partAt(parts []part, at int) string {
	i, found := slices.BinarySearchFunc(parts, at, func(p part, at int) int { return p.at - at })
	if !found {
		i--
	}
	for i+1 < len(parts) && parts[i+1].at == parts[i].at { // a part without bytes
		i++
	}
	return parts[i].String()
}

// strangers counts members that SHA256SUMS does not name, of those that it should.
func strangers(members []member) int {
	var list []byte
	for _, m := range members {
		if m.name == sumsName {
			list = m.data
		}
	}
	n := 0
	for _, m := range members {
		if !isManifest(m.name) && !bytes.Contains(list, []byte("  "+m.name+"\n")) {
			n++
		}
	}
	return n
}
