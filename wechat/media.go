package wechat

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"mime"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"strings"
)

const (
	fetchPath   = "/cgi-bin/media/get"
	uploadPath  = "/cgi-bin/media/upload"
	wxacodePath = "/wxa/getwxacodeunlimit"
	// minFileRoom is how much of a file's answer is read at least: an error
	// may come in its place.
	minFileRoom = 64 << 10
	// maxCode bounds a mini-program code's picture.
	maxCode = 4 << 20
)

// Media is a file from WeChat.
type Media struct {
	ContentType string // as WeChat states it: sniff before you trust it
	Filename    string // may be empty
	Body        []byte
}

// File transfers are our own calls: the SDK's read without bound, take no
// context, share the short time-out of all its calls, and see a WeChat error
// only under one Content-Type.

// FetchMedia downloads a picture, voice or video that a person sent, up to
// limit bytes (ErrTooLarge beyond). WeChat keeps it for three days; after that,
// and for a wrong media id, errcode 40007.
func (c *Client) FetchMedia(ctx context.Context, mediaID string, limit int64) (*Media, error) {
	if mediaID == "" || limit <= 0 {
		return nil, invalid(fetchPath, "no media id, or a limit of %d", limit)
	}
	media, err := c.callFile(ctx, call{method: http.MethodGet, path: fetchPath, query: url.Values{"media_id": {mediaID}}}, limit)
	if err != nil {
		return nil, err
	}
	if address := videoAddress(media.Body); address != "" {
		return c.fetchVideo(ctx, address, limit)
	}
	return media, nil
}

// UploadMedia stores a temporary file of three days and returns its media id.
// kind is image (10 MB), voice (2 MB, 60 s, AMR or MP3), video (10 MB, MP4) or
// thumb (64 KB, JPG); filename must have the right extension.
func (c *Client) UploadMedia(ctx context.Context, kind, filename string, body []byte) (mediaID string, err error) {
	switch kind {
	case "image", "voice", "video", "thumb":
	default:
		return "", invalid(uploadPath, "kind %q", kind)
	}
	if len(body) == 0 || filename == "" {
		return "", invalid(uploadPath, "no file")
	}
	var form bytes.Buffer
	writer := multipart.NewWriter(&form)
	part, err := writer.CreateFormFile("media", filename)
	if err != nil {
		return "", fmt.Errorf("wechat %s: %w", uploadPath, err)
	}
	_, _ = part.Write(body) // to memory: can't fail
	if err := writer.Close(); err != nil {
		return "", fmt.Errorf("wechat %s: %w", uploadPath, err)
	}
	var out struct {
		MediaID string `json:"media_id"`
		ThumbID string `json:"thumb_media_id"`
	}
	what := call{method: http.MethodPost, path: uploadPath, query: url.Values{"type": {kind}},
		body: form.Bytes(), contentType: writer.FormDataContentType(), file: true}
	if err := c.callJSON(ctx, what, &out); err != nil {
		return "", err
	}
	if out.MediaID == "" {
		out.MediaID = out.ThumbID
	}
	return out.MediaID, nil
}

// scenePattern is what getwxacodeunlimit takes as scene.
var scenePattern = regexp.MustCompile("^[0-9A-Za-z!#$&'()*+,/:;=?@._~-]{1,32}$")

// WXACode makes a mini-program code that opens page ("" is the first page;
// without leading "/" and parameters) with a scene of 1 to 32 ASCII
// characters. The page need not be published yet.
func (c *Client) WXACode(ctx context.Context, scene, page string) (*Media, error) {
	if !scenePattern.MatchString(scene) {
		return nil, invalid(wxacodePath, "a scene that isn't 1 to 32 characters of those WeChat takes")
	}
	body := map[string]any{"scene": scene, "check_path": false}
	if page != "" {
		body["page"] = page
	}
	what, err := post(wxacodePath, body)
	if err != nil {
		return nil, err
	}
	return c.callFile(ctx, what, maxCode)
}

// callFile makes a call that is answered by a file, or by JSON with an errcode
// under whatever Content-Type.
func (c *Client) callFile(ctx context.Context, what call, limit int64) (*Media, error) {
	what.file, what.limit = true, max(limit, minFileRoom)
	var media *Media
	err := c.withToken(ctx, func(token string) error {
		got, err := c.do(ctx, what, token)
		if err != nil {
			return err
		}
		if bytes.HasPrefix(bytes.TrimSpace(got.body), []byte("{")) && json.Valid(got.body) {
			if err := c.read(what, got.body, nil); err != nil {
				return err
			}
		}
		media = newMedia(got)
		return nil
	})
	if err != nil {
		return nil, err
	}
	if int64(len(media.Body)) > limit {
		return nil, &APIError{Path: what.path, Message: fmt.Sprintf("a file of more than %d bytes", limit),
			Class: ClassOurFault, Cause: ErrTooLarge}
	}
	return media, nil
}

func newMedia(got *answer) *Media {
	media := &Media{ContentType: got.header.Get("Content-Type"), Body: got.body}
	if _, parameters, err := mime.ParseMediaType(got.header.Get("Content-Disposition")); err == nil {
		media.Filename = parameters["filename"]
	}
	return media
}

// videoAddress returns the address that stands in place of a video, or "".
func videoAddress(body []byte) string {
	var out struct {
		URL string `json:"video_url"`
	}
	if !bytes.HasPrefix(body, []byte("{")) || json.Unmarshal(body, &out) != nil {
		return ""
	}
	return out.URL
}

// fetchVideo downloads a video from where WeChat says it lies. The address
// comes from the answer: only WeChat's hosts and the API's own are followed,
// and they see no token.
func (c *Client) fetchVideo(ctx context.Context, address string, limit int64) (*Media, error) {
	u, err := url.Parse(address)
	if err != nil || !c.mayFetch(u) {
		return nil, &APIError{Path: fetchPath, Message: "the video lies outside WeChat", Class: ClassOurFault}
	}
	elsewhere := *c
	elsewhere.base = &url.URL{Scheme: u.Scheme, Host: u.Host}
	got, err := elsewhere.do(ctx, call{method: http.MethodGet, path: u.Path, query: u.Query(), file: true, limit: limit}, "")
	if err != nil {
		return nil, err
	}
	return newMedia(got), nil
}

func (c *Client) mayFetch(u *url.URL) bool {
	if u.Scheme != "http" && u.Scheme != "https" {
		return false
	}
	return u.Host == c.base.Host || strings.HasSuffix(u.Hostname(), ".qq.com") || strings.HasSuffix(u.Hostname(), ".qpic.cn")
}
