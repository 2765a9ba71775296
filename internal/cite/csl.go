package cite

import (
	"bytes"
	"encoding/json"

	"ibid/corpus"
)

// cslRecord is a CSL-JSON item with the variable that corpus.CSL leaves to the writer.
type cslRecord struct {
	corpus.CSL
	Note string `json:"note,omitempty"`
}

// writeCSL writes a CSL-JSON array. Angle brackets stay as they are: JSON strings hold them
// safely, and citation processors would show the escapes.
func writeCSL(items []entry) string {
	out := make([]cslRecord, len(items))
	for i, e := range items {
		e.CSL.ID = e.key
		out[i] = cslRecord{CSL: e.CSL, Note: e.note}
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", "  ")
	if err := enc.Encode(out); err != nil {
		panic(err) // strings, numbers and lists of them always encode
	}
	return b.String()
}
