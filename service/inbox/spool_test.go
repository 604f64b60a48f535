package inbox

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"cunwu/model"
)

func testEntry(n int) entry {
	return entry{In: &model.Incoming{Account: "a", OpenID: "o", Key: fmt.Sprint(n), Kind: model.InText, Text: "水管坏了", SentAt: time.Unix(int64(n), 0)}}
}

func testSpool(t testing.TB, dir string) (*spool, recovered) {
	t.Helper()
	s, found, err := openSpool(dir, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.close() })
	return s, found
}

// written returns the file of a spool of n records, and where each ends.
func written(t testing.TB, n int) (data []byte, ends []int) {
	t.Helper()
	dir := t.TempDir()
	s, _ := testSpool(t, dir)
	for i := range n {
		if err := s.append(testEntry(i)); err != nil {
			t.Fatal(err)
		}
		ends = append(ends, int(s.bytes))
	}
	data, err := os.ReadFile(filepath.Join(dir, "0000000000000001.spool"))
	if err != nil {
		t.Fatal(err)
	}
	return data, ends
}

func reopened(t testing.TB, data []byte) (keys []string, found recovered) {
	t.Helper()
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "0000000000000007.spool"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, found := testSpool(t, dir)
	for _, r := range s.first(100) {
		e, err := s.read(r)
		if err != nil {
			t.Fatal(err)
		}
		keys = append(keys, e.In.Key)
	}
	if len(data)%50 == 0 { // what comes after a crash goes to a file of its own
		if err := s.append(testEntry(1000)); err != nil {
			t.Fatal(err)
		}
		again, _, _ := decodeFrames(data)
		if n, _ := s.depth(); n != len(again)+1 {
			t.Fatalf("%d records after another", n)
		}
	}
	return keys, found
}

func TestATornEndLosesNothingEarlier(t *testing.T) {
	data, ends := written(t, 4)
	for cut := range len(data) + 1 {
		keys, found := reopened(t, data[:cut])
		want, whole := []string{}, 0
		for i, end := range ends {
			if end <= cut {
				want, whole = append(want, fmt.Sprint(i)), end
			}
		}
		if !slices.Equal(keys, want) {
			t.Fatalf("cut at %d: %v, want %v", cut, keys, want)
		}
		if found.damaged != 0 || found.torn != cut-whole {
			t.Fatalf("cut at %d: %+v", cut, found)
		}
	}
}

func TestADamagedByteLosesOneRecord(t *testing.T) {
	data, ends := written(t, 4)
	for at := range data {
		bad := bytes.Clone(data)
		bad[at] ^= 0x41
		keys, found := reopened(t, bad)
		hit, _ := slices.BinarySearch(ends, at+1)
		want := slices.Delete([]string{"0", "1", "2", "3"}, hit, hit+1)
		if !slices.Equal(keys, want) {
			t.Fatalf("byte %d: %v, want %v", at, keys, want)
		}
		if found.damaged == 0 && hit < 3 {
			t.Fatalf("byte %d: the damage isn't noticed", at)
		}
	}
}

func TestADamagedFileIsKeptForTheOperator(t *testing.T) {
	data, _ := written(t, 3)
	data[20] ^= 1
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "0000000000000001.spool"), data, 0o600); err != nil {
		t.Fatal(err)
	}
	s, _ := testSpool(t, dir)
	s.done(s.first(10)...)
	if files, _ := filepath.Glob(filepath.Join(dir, "*.spool*")); len(files) != 1 || filepath.Ext(files[0]) != ".damaged" {
		t.Errorf("left: %v", files)
	}
	if n, size := s.depth(); n != 0 || size != 0 {
		t.Errorf("%d records, %d bytes", n, size)
	}
}

func TestSegmentsGoAsTheyAreHandled(t *testing.T) {
	dir := t.TempDir()
	s, _ := testSpool(t, dir)
	var wg sync.WaitGroup
	for n := range 2000 {
		wg.Go(func() {
			if err := s.append(testEntry(n)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	count := func() int {
		files, _ := filepath.Glob(filepath.Join(dir, "*.spool"))
		return len(files)
	}
	before := count()
	if before < 3 {
		t.Errorf("%d files", before)
	}
	for n := 0; ; {
		records := s.first(64)
		if len(records) == 0 {
			break
		}
		for _, r := range records {
			if e, err := s.read(r); err != nil || e.In.Key != fmt.Sprint(n) {
				t.Fatalf("record %d is %v, %v", n, e.In, err)
			}
			n++
		}
		s.done(records...)
	}
	if n, size := s.depth(); count() != 0 || n != 0 || size != 0 || len(s.open) != 0 {
		t.Errorf("%d files, %d records, %d bytes stay", count(), n, size)
	}
}

func TestConcurrentAppendsAreAllOnDisk(t *testing.T) {
	dir := t.TempDir()
	s, _ := testSpool(t, dir)
	var wg sync.WaitGroup
	for n := range 300 {
		wg.Go(func() {
			if err := s.append(testEntry(n)); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if err := s.close(); err != nil {
		t.Fatal(err)
	}
	again, found := testSpool(t, dir)
	if found.records != 300 || found.damaged != 0 || found.torn != 0 {
		t.Errorf("found %+v", found)
	}
	if !again.has(testEntry(299).id()) || again.has(testEntry(300).id()) {
		t.Error("the set of keys is wrong")
	}
}

func FuzzSpoolDecoder(f *testing.F) {
	whole := encodeFrame([]byte(`{"in":{"Key":"1"}}`))
	f.Add([]byte{})
	f.Add(whole)
	f.Add(whole[:len(whole)-1])
	f.Add(append([]byte(magic), whole...))
	f.Fuzz(func(t *testing.T, data []byte) {
		frames, damaged, torn := decodeFrames(data)
		total := damaged + torn
		for _, at := range frames {
			total += headSize + at.end - at.start
			decodeEntry(data[at.start:at.end])
		}
		if total != len(data) {
			t.Errorf("%d bytes accounted for of %d", total, len(data))
		}
		// What is before and what is behind whole records loses none of them.
		around := slices.Concat(whole, data, whole)
		found, _, _ := decodeFrames(around)
		if len(found) < len(frames)+2 || found[0].start != headSize || found[len(found)-1].end != len(around) {
			t.Errorf("%d records between two others are read as %d", len(frames), len(found))
		}
	})
}
