package indexer

import (
	"encoding/binary"
	"hash/crc32"
	"unsafe"

	"ibid/corpus"
	"ibid/internal/disk"
)

// A column file holds named sections of plain numbers or bytes. All numbers are little
// endian. Byte by byte:
//
//	0   8 bytes   "IBIDCOL\n"
//	8   uint32    format of the file, formatVersion
//	12  uint32    k, the number of sections
//	16  k × 32    the table, in the order the sections stand in the file:
//	              12 bytes name, ASCII, padded with zero bytes
//	              uint32   CRC-32C of the section's bytes
//	              uint64   offset of the section from the start of the file
//	              uint64   length of the section in bytes
//	…             the sections, each at a multiple of 8, padded with zero bytes
//
// A section is mapped and used where it lies: a list of uint32 is read without a copy. The
// sha256 of the whole file stands in the shard's MANIFEST.json and is what opening checks;
// the CRC tells which section of a damaged file is at fault.
//
// One file a kind of question was chosen over one file for all, so that a damaged or missing
// column is named by what it is, and over one file a section, which would be forty files a
// shard.

// formatVersion is the version of every file of an index: columns, manifest, generation and
// CURRENT. An index of another version is refused and made anew from the archive.
//
//	1  the first
//	2  words by frequency in one to three bytes; pairs; facets by width, with counts kept ready
const formatVersion = 2

// columnMagic begins every column file.
const columnMagic = "IBIDCOL\n"

const (
	columnHead  = 16 // bytes before the table
	columnEntry = 32 // bytes of one entry of the table
	columnName  = 12 // bytes of a name within an entry
)

// castagnoli is the polynomial of the sections' checksums.
func castagnoli() *crc32.Table { return crc32.MakeTable(crc32.Castagnoli) }

// section is one named stretch of a column file.
type section struct {
	name string // at most columnName bytes
	data []byte
}

// writeColumn writes and syncs a column file. It must not exist yet.
func writeColumn(path string, sections []section) error {
	at := columnHead + columnEntry*len(sections)
	head := make([]byte, at, at+8)
	copy(head, columnMagic)
	binary.LittleEndian.PutUint32(head[8:], formatVersion)
	binary.LittleEndian.PutUint32(head[12:], uint32(len(sections)))
	for i, s := range sections {
		at = roundUp(at)
		e := head[columnHead+columnEntry*i:]
		copy(e[:columnName], s.name)
		binary.LittleEndian.PutUint32(e[12:], crc32.Checksum(s.data, castagnoli()))
		binary.LittleEndian.PutUint64(e[16:], uint64(at))
		binary.LittleEndian.PutUint64(e[24:], uint64(len(s.data)))
		at += len(s.data)
	}
	return disk.WriteSynced(path, func(f disk.File) error {
		n := len(head)
		if _, err := f.Write(head); err != nil {
			return err
		}
		for _, s := range sections {
			pad := make([]byte, roundUp(n)-n)
			if _, err := f.Write(append(pad, s.data...)); err != nil {
				return err
			}
			n = roundUp(n) + len(s.data)
		}
		return nil
	})
}

// roundUp gives the next multiple of 8.
func roundUp(n int) int { return (n + 7) &^ 7 }

// column is an open column file: a read-only mapping and the place of each section in it.
type column struct {
	path     string
	m        *mapping
	sections map[string][]byte
}

// openColumn maps a column file and reads its table. It does not check checksums.
func openColumn(path string) (*column, error) {
	m, err := mapFile(path)
	if err != nil {
		return nil, err
	}
	c := &column{path: path, m: m, sections: map[string][]byte{}}
	if err := c.readTable(); err != nil {
		m.close()
		return nil, err
	}
	return c, nil
}

// readTable finds the sections; a table that does not fit the file is Corrupt.
func (c *column) readTable() error {
	b := c.m.data
	if len(b) < columnHead || string(b[:8]) != columnMagic {
		return damaged(c.path, "is not a column file")
	}
	if v := binary.LittleEndian.Uint32(b[8:]); v != formatVersion {
		return damaged(c.path, "has format %d, this program reads %d", v, formatVersion)
	}
	k := int(binary.LittleEndian.Uint32(b[12:]))
	if k > (len(b)-columnHead)/columnEntry {
		return damaged(c.path, "is cut off in its table")
	}
	for i := range k {
		e := b[columnHead+columnEntry*i:]
		off, n := binary.LittleEndian.Uint64(e[16:]), binary.LittleEndian.Uint64(e[24:])
		if off%8 != 0 || off > uint64(len(b)) || n > uint64(len(b))-off {
			return damaged(c.path, "is cut off in section %d", i)
		}
		c.sections[trimZero(e[:columnName])] = b[off : off+n : off+n]
	}
	return nil
}

// badSection names the first section whose checksum is wrong, or is empty.
func (c *column) badSection() string {
	b := c.m.data
	for i := range int(binary.LittleEndian.Uint32(b[12:])) {
		e := b[columnHead+columnEntry*i:]
		name := trimZero(e[:columnName])
		if crc32.Checksum(c.sections[name], castagnoli()) != binary.LittleEndian.Uint32(e[12:]) {
			return name
		}
	}
	return ""
}

// bytes gives a section, or Corrupt when it is missing.
func (c *column) bytes(name string) ([]byte, error) {
	b, ok := c.sections[name]
	if !ok {
		return nil, damaged(c.path, "lacks its section %q", name)
	}
	return b, nil
}

// close gives the mapping back; nothing read from the column may be used afterwards.
func (c *column) close() { c.m.close() }

// number is what a section may hold a list of.
type number interface {
	~uint8 | ~uint16 | ~uint32 | ~int32 | ~uint64
}

// numbers gives a section as a list of want numbers; any length when want is negative.
func numbers[T number](c *column, name string, want int) ([]T, error) {
	b, err := c.bytes(name)
	if err != nil {
		return nil, err
	}
	size := int(unsafe.Sizeof(T(0)))
	if len(b)%size != 0 || want >= 0 && len(b) != want*size {
		return nil, damaged(c.path, "section %q has %d bytes, not %d numbers", name, len(b), want)
	}
	return castNumbers[T](b), nil
}

// castNumbers sees bytes as numbers without a copy. The bytes must be aligned, as sections
// are. The format is little endian, and so must the machine be: mapFile refuses others.
func castNumbers[T number](b []byte) []T {
	size := int(unsafe.Sizeof(T(0)))
	if len(b) < size {
		return nil
	}
	return unsafe.Slice((*T)(unsafe.Pointer(&b[0])), len(b)/size)
}

// rawNumbers sees numbers as the bytes to be written.
func rawNumbers[T number](v []T) []byte {
	if len(v) == 0 {
		return nil
	}
	return unsafe.Slice((*byte)(unsafe.Pointer(&v[0])), len(v)*int(unsafe.Sizeof(v[0])))
}

// trimZero gives a padded name without its padding.
func trimZero(b []byte) string {
	n := len(b)
	for n > 0 && b[n-1] == 0 {
		n--
	}
	return string(b[:n])
}

// damaged is the error of a file of the index that is not as it was written.
func damaged(path, format string, args ...any) error {
	return corpus.Errorf(corpus.Corrupt, path, format, args...).WithRemedy(remedyRebuild)
}

// remedyRebuild is what to do about every fault of an index: the archive is the truth.
const remedyRebuild = "run ibid index"
