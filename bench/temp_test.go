package bench

import "os"

// mkTemp makes the folder of an index that outlives one benchmark. It is left to the system to
// clean up, like all temporary files.
func mkTemp() (string, error) { return os.MkdirTemp("", "ibid-bench-") }
