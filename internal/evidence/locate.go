package evidence

import "hash/crc32"

// A CRC is linear: changing one byte changes it by an amount that depends on the byte's place and
// on what was added to it alone. So the sum that should be tells which byte was changed, and what
// it was; the sha256 says whether that is so.

// oneByte finds the byte of data that has to be another for data to have the CRC-32 want: where
// it is and what it was. It goes back from the end once. False when no single byte explains it.
func oneByte(data []byte, want uint32) (at int, was byte, ok bool) {
	table := crc32.IEEETable
	var byTop [256]byte // the entry of the table with a top byte; each has one
	for i, v := range table {
		byTop[v>>24] = byte(i)
	}
	diff := crc32.ChecksumIEEE(data) ^ want
	for at = len(data) - 1; at >= 0; at-- {
		i := byTop[diff>>24]
		if table[i] == diff && diff != 0 {
			return at, data[at] ^ i, true
		}
		diff = (diff^table[i])<<8 | uint32(i) // one zero byte less
	}
	return 0, 0, false
}
