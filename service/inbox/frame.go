package inbox

import (
	"bytes"
	"encoding/binary"
	"hash/crc32"
)

// A record on disk is magic, length, checksum of length and payload, payload.
// The payload is JSON, in which the byte 0xFF never stands: the magic can't be
// found inside of one, so that reading goes on behind a damaged record.
const (
	magic    = "\xffCW1"
	headSize = len(magic) + 8
	maxFrame = 4 << 20
)

// frame is where a payload lies in a file.
type frame struct{ start, end int }

// encodeFrame wraps a payload.
func encodeFrame(payload []byte) []byte {
	b := make([]byte, 0, headSize+len(payload))
	b = append(b, magic...)
	b = binary.BigEndian.AppendUint32(b, uint32(len(payload))) //nolint:gosec // below maxFrame
	b = binary.BigEndian.AppendUint32(b, checksum(b[len(magic):], payload))
	return append(b, payload...)
}

// decodeFrames finds every whole record. Damaged counts the bytes in front of a
// whole record that belong to none; torn counts those after the last: what a
// crash leaves of a record that nobody was told is kept.
func decodeFrames(data []byte) (frames []frame, damaged, torn int) {
	at, end := 0, 0 // end: of the last whole record
	for {
		skip := bytes.Index(data[at:], []byte(magic))
		if skip < 0 {
			return frames, damaged, len(data) - end
		}
		at += skip
		payload, ok := decodeFrame(data[at:])
		if !ok {
			at++
			continue
		}
		start := at + headSize
		damaged += at - end
		at = start + len(payload)
		end = at
		frames = append(frames, frame{start, end})
	}
}

// decodeFrame reads the record that begins where data begins.
func decodeFrame(data []byte) (payload []byte, ok bool) {
	if len(data) < headSize || string(data[:len(magic)]) != magic {
		return nil, false
	}
	length := binary.BigEndian.Uint32(data[len(magic):])
	if length > maxFrame || int(length) > len(data)-headSize {
		return nil, false
	}
	payload = data[headSize : headSize+int(length)]
	sum := binary.BigEndian.Uint32(data[len(magic)+4:])
	return payload, sum == checksum(data[len(magic):len(magic)+4], payload)
}

func checksum(length, payload []byte) uint32 {
	table := crc32.MakeTable(crc32.Castagnoli)
	return crc32.Update(crc32.Checksum(length, table), table, payload)
}
