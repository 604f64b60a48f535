package media

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	_ "image/gif"  // to know its size before decoding, and its first frame
	_ "image/jpeg" // likewise
	_ "image/png"  // likewise

	"github.com/kovidgoyal/imaging"
	_ "golang.org/x/image/webp" // likewise

	"cunwu/model"
)

const (
	maxPixels    = 40 << 20
	jpegQuality  = 88
	thumbPixels  = 480
	thumbQuality = 75
	thumbType    = "image/jpeg"
)

// Why a file is not taken.
var (
	errKind      = errors.New("its content is of no kind that is taken")
	errDamaged   = errors.New("it can't be read")
	errTooBig    = errors.New("it is too large to keep")
	errTooDetail = errors.New("it has too many pixels")
	errLocked    = errors.New("it is locked by a password")
	errMacros    = errors.New("it is a workbook that brings programs along")
)

// limits are what is taken by one way in.
type limits struct {
	takes func(t fileType) bool
	bytes int // of what is kept
}

// chatLimits take what WeChat says that a message is.
func chatLimits(kind string) limits {
	return limits{bytes: maxBytes, takes: func(t fileType) bool { return t.kind == kind && kind != model.InDocument }}
}

// file is what is kept of what came.
type file struct {
	fileType
	body  []byte
	thumb []byte // of a picture
}

// inspect checks what a file is by its content, and makes pictures anew: turned
// upright, and without the place and time that a phone writes into them.
func (s *Service) inspect(body []byte, l limits) (f file, err error) {
	defer func() {
		if r := recover(); r != nil {
			err = fmt.Errorf("%w: no decoder stands it: %v", errDamaged, r)
		}
	}()
	t, ok := typeOf(body)
	if !ok || !l.takes(t) {
		return file{}, errKind
	}
	switch t.kind {
	case model.InPicture:
		s.drawing.Lock()
		defer s.drawing.Unlock()
		return redrawn(body, t, l.bytes)
	case model.InDocument:
		err = checkPDF(body)
	case model.InSheet:
		err = checkSheet(body)
	}
	return file{fileType: t, body: body}, err
}

func redrawn(body []byte, t fileType, most int) (file, error) {
	size, _, err := image.DecodeConfig(bytes.NewReader(body))
	if err != nil {
		return file{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	if size.Width <= 0 || size.Height <= 0 || size.Width > maxPixels/size.Height {
		return file{}, fmt.Errorf("%w: %d × %d", errTooDetail, size.Width, size.Height)
	}
	picture, err := decode(body, t)
	if err != nil {
		return file{}, fmt.Errorf("%w: %w", errDamaged, err)
	}
	f := file{fileType: fileType{model.InPicture, "image/jpeg", "jpg"}}
	if t.extension == "png" {
		f.fileType = t
		f.body, err = encode(picture, imaging.PNG, 0)
	}
	if t.extension != "png" || err == nil && len(f.body) > most { // a photo as PNG
		f.fileType = fileType{model.InPicture, "image/jpeg", "jpg"}
		f.body, err = encode(picture, imaging.JPEG, jpegQuality)
	}
	if err == nil && len(f.body) > most {
		err = errTooBig
	}
	if err != nil {
		return file{}, err
	}
	f.thumb, err = encode(imaging.Fit(picture, thumbPixels, thumbPixels, imaging.Box), imaging.JPEG, thumbQuality)
	return f, err
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

// encode writes a picture without anything else. JPEG knows no transparency:
// what is transparent becomes white, as paper is.
func encode(picture image.Image, format imaging.Format, quality int) ([]byte, error) {
	if see, ok := picture.(interface{ Opaque() bool }); format == imaging.JPEG && (!ok || !see.Opaque()) {
		paper := imaging.New(picture.Bounds().Dx(), picture.Bounds().Dy(), color.White)
		picture = imaging.Overlay(paper, picture, image.Point{}, 1)
	}
	var out bytes.Buffer
	err := imaging.Encode(&out, picture, format, imaging.JPEGQuality(quality))
	return out.Bytes(), err
}
