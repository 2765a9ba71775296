package indexer

import (
	"encoding/binary"

	"ibid/indexer/fold"
)

// The text of a passage is its words as their codes show them, with what stands between, so it
// is not kept a second time: three of four bytes of an index of compressed texts were that.
// texts.col keeps of each passage what the codes do not tell:
//
//	nothing   the codes tell it all
//	a byte 0  the text itself follows. So are texts without words, texts in which words share
//	          characters, and any that words and codes would not show as it is
//	a byte 1  follow, each behind its length as a varint: what stands before the first word;
//	          then, word by word, the word where its form is another than of the folded word,
//	          and the gap behind it where that is not in the list of gaps
//
// When a shard is written each text is held against what will be read, so nothing depends on
// this being well thought out.

// The first byte of a record of texts.col.
const (
	textWhole   = 0
	textPatches = 1
)

// appendTextRecord appends the record of a text with its words and their codes.
func appendTextRecord(dst []byte, text string, words []fold.Token, codes []fold.Surface) []byte {
	from := len(dst)
	whole := func() []byte { return append(append(dst[:from], textWhole), text...) }
	if len(words) == 0 {
		return whole()
	}
	patched := words[0].Start > 0
	dst = appendPatch(append(dst, textPatches), text[:words[0].Start])
	var shown []byte
	for i, t := range words {
		end := len(text)
		if i+1 < len(words) {
			end = words[i+1].Start
		}
		if t.End > end {
			return whole()
		}
		var told bool
		if shown, told = codes[i].AppendShown(shown[:0], []byte(t.Text)); !told {
			dst, patched = appendPatch(dst, text[t.Start:t.End]), true
		} else if string(shown) != text[t.Start:t.End] {
			return whole()
		}
		if gap, told := codes[i].Gap(); !told {
			dst, patched = appendPatch(dst, text[t.End:end]), true
		} else if gap != text[t.End:end] {
			return whole()
		}
	}
	if !patched {
		return dst[:from]
	}
	return dst
}

// appendPatch appends a piece of a text.
func appendPatch(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}

// text gives the text of a passage.
func (r *records) text(i uint32) (string, error) {
	text, _, err := r.render(i, false)
	return text, err
}

// tokens gives the text of a passage and its words, as fold.Tokens does. They hold until the next
// call.
func (r *records) tokens(i uint32) (string, []fold.Token, error) { return r.render(i, true) }

// render reads the text of a passage and, when asked to, the words of it.
func (r *records) render(i uint32, cut bool) (string, []fold.Token, error) {
	record, err := r.texts.record(int(i))
	if err != nil {
		return "", nil, err
	}
	if len(record) > 0 && record[0] == textWhole {
		text := string(record[1:])
		if cut {
			r.words = fold.Tokens(r.words[:0], text)
		}
		return text, r.words, nil
	}
	p := patches{b: record}
	r.buf, r.words = r.buf[:0], r.words[:0]
	if len(record) > 0 {
		p.b = record[1:]
		r.buf = append(r.buf, p.next()...)
	}
	w := r.s.words
	codes := w.surfaces(i)
	var rank uint32
	k := 0
	for _, c := range w.bytes(i) {
		if c >= packStop {
			rank = rank*packGo + uint32(c-packStop) + 1
			continue
		}
		word, at := w.word(w.byRank[rank*packStop+uint32(c)]), len(r.buf)
		r.buf = p.appendWord(r.buf, word, codes[k])
		if cut {
			r.words = append(r.words, fold.Token{Text: string(word), Start: at, End: at + p.shown})
		}
		rank, k = 0, k+1
	}
	if p.bad || len(p.b) > 0 {
		return "", nil, damaged(r.s.path(textsCol), "passage %d does not fit its words", i)
	}
	return string(r.buf), r.words, nil
}

// patches reads the pieces of a record one after the other.
type patches struct {
	b     []byte
	bad   bool // they did not suffice
	shown int  // bytes of the word appended last, without the gap
}

// next gives the next piece.
func (p *patches) next() []byte {
	n, k := binary.Uvarint(p.b)
	if k <= 0 || n > uint64(len(p.b)-k) {
		p.bad, p.b = true, nil
		return nil
	}
	piece := p.b[k : k+int(n)]
	p.b = p.b[k+int(n):]
	return piece
}

// appendWord appends a word and the gap behind it.
func (p *patches) appendWord(dst, word []byte, code fold.Surface) []byte {
	from := len(dst)
	dst, told := code.AppendShown(dst, word)
	if !told {
		dst = append(dst, p.next()...)
	}
	p.shown = len(dst) - from
	gap, told := code.Gap()
	if !told {
		return append(dst, p.next()...)
	}
	return append(dst, gap...)
}
