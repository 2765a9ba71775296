// Package backup copies the files of a corpus to another folder and back.
//
// It owns the form of a copy: the files as they lie in the corpus, and backup.json, which names
// each with its size and sha256. So a copy can be looked at, checked and searched as a corpus.
//
// It guarantees that a copy which says it is complete holds, to the byte, the files that it was
// told to copy, as long as they were: each is read back from the disk after it was written. A copy
// that is made again takes only what changed, of a file that only grows what is new; one that was
// interrupted goes on where it was. What no longer belongs to it goes once it is complete.
//
// It knows nothing of archives and indexes: which files, how much of each and in which order is
// the caller's to say, so that they fit together while others write.
//
//	report, err := backup.Copy(ctx, backup.Job{From: dir, To: dest, Files: files})
//	files, err := backup.Files(dest)
package backup
