package intake

import (
	"context"
	"io"

	"ibid/corpus"
	"ibid/internal/warc"
)

// WACZ takes over the WARC files of a package whose hashes hold. Name is the file's.
func (in *Intake) WACZ(ctx context.Context, name string, r io.ReaderAt, size int64) error {
	p, err := warc.OpenPackage(r, size, name)
	if err != nil {
		return err
	}
	failed := len(p.Damages)
	for _, err := range p.Damages {
		in.Refused(err)
	}
	for _, path := range p.WARCs() {
		f, n, err := p.Open(path)
		if err == nil {
			err = in.WARC(ctx, name+"/"+path, f, n)
		}
		if err == nil {
			continue
		}
		if k := corpus.KindOf(err); ctx.Err() != nil || k != corpus.Format && k != corpus.Corrupt {
			return err
		}
		in.Refused(err)
		failed++
	}
	if failed > 0 {
		return corpus.Errorf(corpus.Format, name, "the package was not taken over whole").
			WithRemedy("what was sound is archived; get the file again from where it came")
	}
	return nil
}
