package evidence

import (
	"bytes"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
)

// Every byte of a bundle, changed alone, is named: the member or the part of the ZIP that it lies
// in, and its place there.
func TestEveryByteIsNamed(t *testing.T) {
	t.Parallel()
	data := mustWrite(t, bundle(t))
	members, _, err := unpack(data)
	if err != nil {
		t.Fatal(err)
	}
	_, parts := pack(members)
	step := 11
	if os.Getenv("IBID_SOAK") != "" {
		step = 1
	}
	for i := 0; i < len(data); i += step {
		bad := slices.Clone(data)
		bad[i] ^= byte(1 << (i % 8))
		if i%3 == 0 {
			bad[i] = data[i] + byte(1+i%255)
		}
		p := placeOf(parts, i)
		want, offset := p.String(), int64(i)
		if p.what == "data" {
			want, offset = p.of, int64(i-p.at)
		}
		found := faults(bad)
		named := slices.ContainsFunc(found, func(f Finding) bool { return f.Member == want && f.Offset == offset })
		if !named || len(found) > 1 && want != recordsName {
			t.Fatalf("byte %d, at %d of %s: found %v", i, offset, want, found)
		}
	}
	t.Logf("figure: %d bytes changed, %d named", (len(data)+step-1)/step, (len(data)+step-1)/step)
}

// placeOf is partAt with the part itself.
func placeOf(parts []part, at int) part {
	var last part
	for _, p := range parts {
		if p.at <= at {
			last = p
		}
	}
	return last
}

// Whatever else is done to a bundle is found too.
func TestNoOtherBytesAreSound(t *testing.T) {
	t.Parallel()
	data := mustWrite(t, bundle(t))
	r := rand.New(rand.NewPCG(1, 2))
	for n := range 600 {
		bad := slices.Clone(data)
		i, k := r.IntN(len(bad)), r.IntN(60)+1
		j := min(len(bad), i+k)
		switch n % 5 {
		case 0:
			bad = bad[:i]
		case 1:
			bad = append(bad, bad[i:j]...)
		case 2:
			bad = slices.Delete(bad, i, j)
		case 3:
			bad = slices.Insert(bad, i, bad[:k]...)
		default:
			bad[i]++
			bad[r.IntN(len(bad))]--
		}
		if !bytes.Equal(bad, data) && len(faults(bad)) == 0 {
			t.Fatalf("round %d: bytes %d to %d were changed and the bundle is sound", n, i, j)
		}
	}
}

// repack makes a bundle whose hashes all hold, after a member was changed.
func repack(t *testing.T, data []byte, change func(map[string][]byte)) []byte {
	t.Helper()
	members, _, err := unpack(data)
	if err != nil {
		t.Fatal(err)
	}
	files := map[string][]byte{}
	for _, m := range members {
		files[m.name] = m.data
	}
	for name := range files {
		if isManifest(name) {
			delete(files, name)
		}
	}
	change(files)
	var list []member
	for name, data := range files {
		list = append(list, newMember(name, data))
	}
	slices.SortFunc(list, byName)
	list = append(list, newMember(sumsName, sums(list)))
	slices.SortFunc(list, byName)
	resources, err := encode(dataPackage(list, at(5)))
	if err != nil {
		t.Fatal(err)
	}
	digest, err := encode(map[string]string{"path": packageName, "hash": "sha256:" + sum(resources)})
	if err != nil {
		t.Fatal(err)
	}
	list = append(list, newMember(packageName, resources), newMember(digestName, digest))
	slices.SortFunc(list, byName)
	out, _ := pack(list)
	return out
}

// A forger who makes all hashes anew is found where the parts contradict each other.
func TestForgeries(t *testing.T) {
	t.Parallel()
	b := bundle(t)
	data := mustWrite(t, b)
	id := string(b.Passages[0].Passage.ID)
	body := bodyFolder + string(b.Passages[0].Document.Snapshot)
	swap := func(name, from, to string) func(map[string][]byte) {
		return func(files map[string][]byte) {
			if !bytes.Contains(files[name], []byte(from)) {
				t.Errorf("%s does not hold %q", name, from)
			}
			files[name] = bytes.Replace(files[name], []byte(from), []byte(to), 1)
		}
	}
	for _, tt := range []struct {
		name   string
		change func(map[string][]byte)
		want   string // member that is named
	}{
		{"text of a passage", swap(passFolder+id+".json", "Nine men were", "None men were"), passFolder + id + ".json"},
		{"plain text", swap(passFolder+id+".txt", "Nine", "None"), passFolder + id + ".txt"},
		{"place of a run", swap(passFolder+id+".json", `"ref": true`, `"ref": false`), passFolder + id + ".json"},
		{"an unknown field", swap(passFolder+id+".json", `"ref"`, `"raf"`), passFolder + id + ".json"},
		{"white space of a record", swap(passFolder+id+".json", "{\n", "{\n\n"), passFolder + id + ".json"},
		{"body", swap(body, "Nine", "None"), body},
		{"page", swap(pageName, "Nine", "None"), pageName},
		{"citation", swap(plainName, "A work", "A wurk"), plainName},
		{"time in the index", swap(indexName, "20240302", "20240303"), indexName},
		{"a record cut off", func(f map[string][]byte) { f[recordsName] = f[recordsName][:len(f[recordsName])-9] }, recordsName},
		{"no records", func(f map[string][]byte) { f[recordsName] = nil }, recordsName},
		{"a member more", func(f map[string][]byte) { f["note.txt"] = []byte("x") }, "note.txt"},
		{"a member less", func(f map[string][]byte) { delete(f, pagesName) }, pagesName},
		{"another format", swap(bundleName, `"format": 1`, `"format": 9`), ""},
		{"another order", swap(bundleName, `"passages": [`, `"passages": [ `), bundleName},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			found := faults(repack(t, data, tt.change))
			if !slices.ContainsFunc(found, func(f Finding) bool { return f.Member == tt.want }) {
				t.Errorf("found %v, want %s named", found, tt.want)
			}
		})
	}
}

func TestOneByte(t *testing.T) {
	t.Parallel()
	r := rand.New(rand.NewPCG(3, 4))
	for range 2000 {
		data := make([]byte, 1+r.IntN(300))
		for i := range data {
			data[i] = byte(r.Uint32())
		}
		want := newMember("", data).sum
		at := r.IntN(len(data))
		was := data[at]
		data[at] ^= byte(1 + r.IntN(255))
		if got, b, ok := oneByte(data, want); !ok || got != at || b != was {
			t.Fatalf("byte %d of %d was %#x: got %d, %#x, %v", at, len(data), was, got, b, ok)
		}
	}
	if _, _, ok := oneByte([]byte("abc"), newMember("", []byte("abc")).sum); ok {
		t.Error("sound data has a changed byte")
	}
}

// Of a bundle with citations of another version these are not made again, and it is said; all else
// is held as ever.
func TestOtherCitations(t *testing.T) {
	t.Parallel()
	data := mustWrite(t, bundle(t))
	other := repack(t, data, func(f map[string][]byte) {
		f[bundleName] = bytes.Replace(f[bundleName], []byte(`"cite": "`), []byte(`"cite": "0.`), 1)
		f[plainName] = []byte("Written otherwise.\n")
	})
	r, err := Check(other, Options{Prove: prove})
	if err != nil || len(r.Findings) > 0 || len(r.NotMade) != 3 {
		t.Fatalf("Check: %+v, %v", r, err)
	}
	forged := repack(t, other, func(f map[string][]byte) { f[indexName] = append(f[indexName], '\n') })
	if found := faults(forged); len(found) != 1 || found[0].Member != indexName {
		t.Errorf("found %v", found)
	}
}

// No input breaks Check, and what it calls sound is what Write gives.
func FuzzCheck(f *testing.F) {
	data := mustWrite(f, bundle(f))
	f.Add(data)
	f.Add([]byte("PK\x05\x06" + strings.Repeat("\x00", 18)))
	f.Add(data[:len(data)-1])
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := Check(b, Options{Prove: prove})
		if err != nil || len(r.Findings) > 0 {
			return
		}
		members, _, err := unpack(b)
		if err != nil {
			t.Fatal(err)
		}
		if again, _ := pack(members); !bytes.Equal(again, b) {
			t.Error("a sound bundle is not what it is packed from")
		}
	})
}
