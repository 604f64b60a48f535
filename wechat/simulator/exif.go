package simulator

import "encoding/binary"

// The types of an EXIF entry.
const (
	exifASCII    = 2
	exifShort    = 3
	exifLong     = 4
	exifRational = 5
)

// exifEntry is one entry of a directory; value is big endian.
type exifEntry struct {
	tag, kind uint16
	count     uint32
	value     []byte
}

// exif is a TIFF structure with a camera, a time and a place near 桐庐, as phones write it.
func exif() []byte {
	text := func(tag uint16, s string) exifEntry {
		return exifEntry{tag, exifASCII, uint32(len(s) + 1), []byte(s + "\x00")}
	}
	const main = 8
	gpsAt := uint32(main + 2 + 6*12 + 4)
	gps := directory(gpsAt, []exifEntry{
		text(0x0001, "N"), {0x0002, exifRational, 3, rationals(29, 47, 38)},
		text(0x0003, "E"), {0x0004, exifRational, 3, rationals(119, 41, 29)},
	})
	ifd := directory(main, []exifEntry{
		text(0x010f, "VILLAGE"), text(0x0110, "PHONE-1"),
		{0x0112, exifShort, 1, []byte{0, 1}}, text(0x0131, "simulator"), text(0x0132, "2026:11:20 18:05:00"),
		{0x8825, exifLong, 1, binary.BigEndian.AppendUint32(nil, gpsAt)},
	})
	// The main directory's long values stand behind the GPS directory, so shift their offsets.
	head, values := ifd[:gpsAt-main], ifd[gpsAt-main:]
	shiftOffsets(head, uint32(len(gps)))
	out := append([]byte("MM\x00\x2a"), binary.BigEndian.AppendUint32(nil, main)...)
	return append(append(append(out, head...), gps...), values...)
}

// directory writes entries and, behind them, the values that don't fit into four bytes.
func directory(at uint32, entries []exifEntry) []byte {
	be := binary.BigEndian
	out := be.AppendUint16(nil, uint16(len(entries)))
	var values []byte
	behind := at + 2 + uint32(len(entries))*12 + 4
	for _, e := range entries {
		out = be.AppendUint16(be.AppendUint16(out, e.tag), e.kind)
		out = be.AppendUint32(out, e.count)
		if len(e.value) > 4 {
			out = be.AppendUint32(out, behind+uint32(len(values)))
			values = append(values, e.value...)
			if len(values)%2 == 1 {
				values = append(values, 0)
			}
			continue
		}
		out = append(out, append(append([]byte{}, e.value...), make([]byte, 4-len(e.value))...)...)
	}
	return append(be.AppendUint32(out, 0), values...)
}

// shiftOffsets moves on where a directory's long values are looked for.
func shiftOffsets(ifd []byte, by uint32) {
	be := binary.BigEndian
	for i := range int(be.Uint16(ifd)) {
		e := ifd[2+i*12:]
		size := be.Uint32(e[4:])
		if be.Uint16(e[2:]) == exifRational {
			size *= 8
		}
		if kind := be.Uint16(e[2:]); size > 4 && (kind == exifASCII || kind == exifRational) {
			be.PutUint32(e[8:], be.Uint32(e[8:])+by)
		}
	}
}

func rationals(values ...uint32) []byte {
	var out []byte
	for _, v := range values {
		out = binary.BigEndian.AppendUint32(binary.BigEndian.AppendUint32(out, v), 1)
	}
	return out
}
