// Package intake brings what others saved into an archive: WARC files, WACZ packages, and saved
// pages with what is known of them beside (.meta.json) or inside (SingleFile).
//
// It owns the way from a foreign file to records of an archive: which records hold a page,
// which request and metadata belong to which response, and which earlier bytes a revisit
// record means.
//
// It guarantees that each record that could not be taken over is told with its file and offset
// while the sound ones around it are kept, and that what a revisit refers to is taken only when
// its digest holds. It refuses records that only a search behind a damage has found, unless
// asked for them, packages whose files are not those that they vouch for, and saved pages whose
// sha256 is not the stated one.
//
//	in := &intake.Intake{Store: store, Taken: taken, Refused: refused}
//	err := in.WARC(ctx, "a.warc.gz", f, size)
//	err = in.Finish(ctx) // revisits whose first record came later
package intake
