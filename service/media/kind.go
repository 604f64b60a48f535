package media

import (
	"bytes"
	"encoding/binary"

	"cunwu/model"
)

// fileType is what a file is by its content; what its sender calls it counts for
// nothing.
type fileType struct {
	kind        string // model.InVoice …
	contentType string
	extension   string
}

// typeOf tells a file's type by its first bytes; ok is false for anything else
// than voices, pictures, videos, PDF and Excel workbooks.
func typeOf(body []byte) (t fileType, ok bool) {
	at := func(offset int, magic string) bool {
		return len(body) >= offset+len(magic) && string(body[offset:offset+len(magic)]) == magic
	}
	switch {
	case at(0, "\xff\xd8\xff"):
		return fileType{model.InPicture, "image/jpeg", "jpg"}, true
	case at(0, "\x89PNG\r\n\x1a\n"):
		return fileType{model.InPicture, "image/png", "png"}, true
	case at(0, "GIF8"):
		return fileType{model.InPicture, "image/gif", "gif"}, true
	case at(0, "RIFF") && at(8, "WEBP"):
		return fileType{model.InPicture, "image/webp", "webp"}, true
	case at(4, "ftyp") && onlySound(body):
		return fileType{model.InVoice, "audio/mp4", "m4a"}, true
	case at(4, "ftyp"):
		return fileType{model.InVideo, "video/mp4", "mp4"}, true
	case at(0, "%PDF-"):
		return fileType{model.InDocument, "application/pdf", "pdf"}, true
	case at(0, "PK\x03\x04"): // whether it is a workbook is seen inside
		return fileType{model.InSheet, sheetType, "xlsx"}, true
	}
	return soundOf(body, at)
}

func soundOf(body []byte, at func(int, string) bool) (t fileType, ok bool) {
	switch {
	case at(0, "#!AMR"):
		return fileType{model.InVoice, "audio/amr", "amr"}, true
	case at(0, "#!SILK"), at(1, "#!SILK"):
		return fileType{model.InVoice, "audio/silk", "silk"}, true
	case at(0, "OggS"):
		return fileType{model.InVoice, "audio/ogg", "ogg"}, true
	case len(body) > 1 && body[0] == 0xff && body[1]&0xf6 == 0xf0: // ADTS: layer 0
		return fileType{model.InVoice, "audio/aac", "aac"}, true
	case at(0, "ID3"), len(body) > 1 && body[0] == 0xff && body[1]&0xe0 == 0xe0:
		return fileType{model.InVoice, "audio/mpeg", "mp3"}, true
	}
	return fileType{}, false
}

const maxBoxes = 4096 // far more than a recorder writes

// onlySound says whether an MP4 holds sound and no picture: what phones record
// as M4A often says of itself that it is a video (ISO/IEC 14496-12).
func onlySound(body []byte) bool {
	sound, left := false, maxBoxes
	var walk func(body []byte) bool
	walk = func(body []byte) bool {
		for len(body) >= 8 && left > 0 {
			left--
			size, name := uint64(binary.BigEndian.Uint32(body)), string(body[4:8])
			header := uint64(8)
			if size == 1 && len(body) >= 16 {
				size, header = binary.BigEndian.Uint64(body[8:]), 16
			}
			if size == 0 || size > uint64(len(body)) {
				size = uint64(len(body))
			}
			if size < header {
				return false
			}
			inside := body[header:size]
			switch name {
			case "moov", "trak", "mdia":
				if !walk(inside) {
					return false
				}
			case "hdlr":
				if len(inside) >= 12 && bytes.Equal(inside[8:12], []byte("vide")) {
					return false
				}
				sound = sound || len(inside) >= 12 && bytes.Equal(inside[8:12], []byte("soun"))
			}
			body = body[size:]
		}
		return true
	}
	return walk(body) && sound
}
