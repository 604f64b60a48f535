package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	_ "image/gif"  // to know its size before decoding, and its first frame
	_ "image/jpeg" // likewise
	_ "image/png"  // likewise

	"github.com/kovidgoyal/imaging"
	_ "golang.org/x/image/webp" // likewise

	"cunwu/model"
)

const (
	maxPixels   = 40 << 20
	jpegQuality = 88
)

// fileType is what a file is by its content; what its sender calls it counts for
// nothing.
type fileType struct {
	kind        string // model.InVoice …
	contentType string
	extension   string
}

// typeOf tells a file's type by its first bytes; ok is false for anything else
// than WeChat's voices, pictures and videos.
func typeOf(body []byte) (t fileType, ok bool) {
	at := func(offset int, magic string) bool {
		return len(body) >= offset+len(magic) && string(body[offset:offset+len(magic)]) == magic
	}
	switch {
	case at(0, "#!AMR"):
		return fileType{model.InVoice, "audio/amr", "amr"}, true
	case at(0, "#!SILK"), at(1, "#!SILK"):
		return fileType{model.InVoice, "audio/silk", "silk"}, true
	case at(0, "OggS"):
		return fileType{model.InVoice, "audio/ogg", "ogg"}, true
	case at(0, "ID3"), len(body) > 1 && body[0] == 0xff && body[1]&0xe0 == 0xe0:
		return fileType{model.InVoice, "audio/mpeg", "mp3"}, true
	case at(0, "\xff\xd8\xff"):
		return fileType{model.InPicture, "image/jpeg", "jpg"}, true
	case at(0, "\x89PNG\r\n\x1a\n"):
		return fileType{model.InPicture, "image/png", "png"}, true
	case at(0, "GIF8"):
		return fileType{model.InPicture, "image/gif", "gif"}, true
	case at(0, "RIFF") && at(8, "WEBP"):
		return fileType{model.InPicture, "image/webp", "webp"}, true
	case at(4, "ftyp"):
		return fileType{model.InVideo, "video/mp4", "mp4"}, true
	}
	return fileType{}, false
}

// inspect checks that a file is what it was sent as, and makes pictures anew:
// turned upright, and without the place and time that a phone writes into them.
func inspect(kind string, body []byte) (clean []byte, t fileType, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("a picture that no decoder stands: %v", r)
		}
	}()
	t, ok := typeOf(body)
	if !ok || t.kind != kind {
		return nil, t, fmt.Errorf("sent as %s, but its content isn't", kind)
	}
	if t.kind != model.InPicture {
		return body, t, nil
	}
	size, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return nil, t, fmt.Errorf("a picture that can't be read: %w", err)
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > maxPixels/size.Height {
		return nil, t, fmt.Errorf("a picture of %d × %d", size.Width, size.Height)
	}
	picture, err := decode(body, t)
	if err != nil {
		return nil, t, fmt.Errorf("a picture that can't be read: %w", err)
	}
	return redraw(picture, t)
}

// decode reads a picture upright. Of an animation only the first frame is read,
// or a small file would fill the memory; EXIF or a colour profile that can't be
// understood costs the turning, not the picture. No other program is ever
// started: imaging would hand to ImageMagick what it can't read itself.
func decode(body []byte, t fileType) (image.Image, error) {
	moves := t.extension == "gif" || t.extension == "png" && bytes.Contains(body, []byte("acTL")) ||
		t.extension == "webp" && bytes.Contains(body, []byte("ANIM"))
	if !moves {
		picture, err := imaging.Decode(bytes.NewReader(body), imaging.AutoOrientation(true), imaging.Backends(imaging.GO_IMAGE))
		if err == nil {
			return picture, nil
		}
	}
	picture, _, err := image.Decode(bytes.NewReader(body))
	return picture, err
}

// redraw writes the picture without anything else: PNG stays PNG, the rest is
// JPEG.
func redraw(picture image.Image, t fileType) ([]byte, fileType, error) {
	var out bytes.Buffer
	format := imaging.JPEG
	if t.extension == "png" {
		format = imaging.PNG
	} else {
		t = fileType{model.InPicture, "image/jpeg", "jpg"}
	}
	if err := imaging.Encode(&out, picture, format, imaging.JPEGQuality(jpegQuality)); err != nil {
		return nil, t, err
	}
	if out.Len() > maxBytes {
		return nil, t, errors.New("a picture too large to keep")
	}
	return out.Bytes(), t, nil
}
