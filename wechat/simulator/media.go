package simulator

import (
	"bytes"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"path"
	"strings"
	"time"
)

const mediaLife = 3 * 24 * time.Hour

// medium is a temporary file on the platform, sent by a phone or uploaded by the program.
type medium struct {
	Media
	app     string
	kind    string // image, voice, video, thumb
	created time.Time
}

// mediaLimits are the sizes and the forms that the platform takes.
func mediaLimits() map[string]struct {
	size  int
	forms string
} {
	return map[string]struct {
		size  int
		forms string
	}{
		"image": {10 << 20, " png jpg jpeg gif "},
		"voice": {2 << 20, " amr mp3 "},
		"video": {10 << 20, " mp4 "},
		"thumb": {64 << 10, " jpg jpeg "},
	}
}

// store keeps a file for three days; the caller holds mu.
func (s *Simulator) store(a *account, kind, format string, body []byte) *medium {
	m := &medium{app: a.AppID, kind: kind, created: s.now(), Media: Media{
		ID: secret(48), Format: format, ContentType: contentType(format, body), Body: body,
	}}
	s.media[m.ID] = m
	return m
}

// mediumOf is a file of the account that hasn't expired; the caller holds mu.
func (s *Simulator) mediumOf(a *account, id string) (*medium, *apiError) {
	m := s.media[id]
	if m == nil || m.app != a.AppID || s.now().Sub(m.created) >= mediaLife {
		return nil, failure(40007, "invalid media_id")
	}
	return m, nil
}

// contentType is what the platform says of a file.
func contentType(format string, body []byte) string {
	switch format {
	case "amr":
		return "audio/amr"
	case "speex":
		return "audio/speex"
	case "mp3":
		return "audio/mpeg"
	case "mp4":
		return "video/mp4"
	}
	return http.DetectContentType(body)
}

// uploadMedia is cgi-bin/media/upload.
func (s *Simulator) uploadMedia(req *request) (any, *apiError) {
	kind := req.query.Get("type")
	limit, known := mediaLimits()[kind]
	if !known {
		return nil, failure(40004, "invalid media type")
	}
	name, body, failed := upload(req)
	if failed != nil {
		return nil, failed
	}
	format := strings.TrimPrefix(strings.ToLower(path.Ext(name)), ".")
	switch {
	case len(body) == 0 || len(body) > limit.size:
		return nil, failure(40006, "invalid meida size")
	case format == "" || !strings.Contains(limit.forms, " "+format+" ") || !looksLike(format, body):
		return nil, failure(40005, "invalid file type")
	}
	m := s.store(req.account, kind, format, body)
	field := "media_id"
	if kind == "thumb" {
		field = "thumb_media_id"
	}
	return object{"type": kind, field: m.ID, "created_at": m.created.Unix()}, nil
}

// upload is the file of a multipart form.
func upload(req *request) (string, []byte, *apiError) {
	missing := failure(41005, "media data missing")
	_, params, err := mime.ParseMediaType(req.http.Header.Get("Content-Type"))
	if err != nil || params["boundary"] == "" {
		return "", nil, missing
	}
	reader := multipart.NewReader(bytes.NewReader(req.body), params["boundary"])
	for {
		part, err := reader.NextPart()
		if err != nil {
			return "", nil, missing
		}
		if part.FormName() != "media" || part.FileName() == "" {
			continue
		}
		body, err := io.ReadAll(part)
		if err != nil {
			return "", nil, missing
		}
		return part.FileName(), body, nil
	}
}

// looksLike compares a file's first bytes with its name's ending.
func looksLike(format string, body []byte) bool {
	switch format {
	case "amr":
		return bytes.HasPrefix(body, []byte(amrMagic))
	case "mp3":
		return bytes.HasPrefix(body, []byte("ID3")) || len(body) > 1 && body[0] == 0xff && body[1]&0xe0 == 0xe0
	case "mp4":
		return len(body) > 8 && string(body[4:8]) == "ftyp"
	case "jpg", "jpeg":
		return http.DetectContentType(body) == "image/jpeg"
	}
	return http.DetectContentType(body) == "image/"+format
}

// getMedia is cgi-bin/media/get, and get/jssdk for voices.
func (s *Simulator) getMedia(req *request) (any, *apiError) {
	m, failed := s.mediumOf(req.account, req.query.Get("media_id"))
	if failed != nil {
		return nil, failed
	}
	if m.kind == "video" {
		return object{"video_url": "http://127.0.0.1/video/" + m.ID}, nil
	}
	return file{contentType: m.ContentType, name: m.ID + "." + m.Format, body: m.Body}, nil
}
