package engine

import (
	"fmt"
	"os"
	"strconv"
	"strings"
)

// Memory is the bytes of a process that no file backs (RssAnon) and the most bytes that it
// ever had in memory, files included (VmHWM); 0 where the system does not tell.
func Memory(pid int) (anonymous, peak int64) {
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		return 0, 0
	}
	for line := range strings.Lines(string(b)) {
		f := strings.Fields(line)
		if len(f) < 2 {
			continue
		}
		kb, err := strconv.ParseInt(f[1], 10, 64)
		switch {
		case err != nil:
		case f[0] == "RssAnon:":
			anonymous = kb << 10
		case f[0] == "VmHWM:":
			peak = kb << 10
		}
	}
	return anonymous, peak
}
