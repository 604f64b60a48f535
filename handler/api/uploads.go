package api

import (
	"context"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"

	"cunwu/model"
)

const wordsNoFile = "没有收到文件，请重新选一个再传（表单里的名字是 file）"

type uploadShape struct {
	ID          string `json:"id"`
	Kind        string `json:"kind" doc:"picture、voice、document（PDF）或 sheet（Excel）"`
	ContentType string `json:"content_type"`
	Size        int64  `json:"size"`
	Thumbnail   bool   `json:"thumbnail" doc:"有缩略图：GET /uploads/{id}?small=true"`
}

// uploadInput keeps the request: the file is read as it comes.
type uploadInput struct {
	Village string `query:"village" maxLength:"32" doc:"给哪个村的事用；不写是自己的村"`
	request *http.Request
	writer  http.ResponseWriter
}

// Resolve implements huma.Resolver.
func (in *uploadInput) Resolve(ctx huma.Context) []error {
	g := humagin.Unwrap(ctx)
	in.request, in.writer = g.Request, g.Writer
	return nil
}

// file is the part of the form that is the file, bounded.
func (in *uploadInput) file() (name string, body io.Reader, err error) {
	form, err := in.request.MultipartReader()
	if err != nil {
		return "", nil, model.Errorf(model.Invalid, wordsNoFile).Because(err)
	}
	for range 10 { // a client may send a few fields before the file
		part, err := form.NextPart()
		if err != nil {
			return "", nil, model.Errorf(model.Invalid, wordsNoFile).Because(err)
		}
		if part.FormName() == "file" {
			return part.FileName(), http.MaxBytesReader(in.writer, closing{part}, maxUpload), nil
		}
	}
	return "", nil, model.Errorf(model.Invalid, wordsNoFile)
}

type closing struct{ *multipart.Part }

func (a *API) upload(ctx context.Context, who Caller, in *uploadInput) (*answer[uploadShape], error) {
	name, body, err := in.file()
	if err != nil {
		return nil, err
	}
	villageID := in.Village
	if villageID == "" {
		villageID = who.Actor.VillageID
	}
	m, err := a.Media.Upload(ctx, who.Actor, villageID, name, body)
	if err != nil {
		return nil, err
	}
	return &answer[uploadShape]{uploadShape{ID: model.PublicID(m.VillageID, m.ID), Kind: m.Kind, ContentType: m.ContentType, Size: m.Size, Thumbnail: m.ThumbSize > 0}}, nil
}

type seeInput struct {
	ByID
	Small bool `query:"small" doc:"只要缩略图"`
}

type fileAnswer struct {
	Body func(huma.Context)
}

// see sends a file, a part of it if that is asked for.
func (a *API) see(ctx context.Context, who Caller, in *seeInput) (*fileAnswer, error) {
	villageID, id, err := in.parse()
	if err != nil {
		return nil, err
	}
	found, err := a.Desk.See(ctx, who.Actor, villageID, id, in.Small)
	if err != nil {
		return nil, err
	}
	return &fileAnswer{Body: func(ctx huma.Context) {
		g := humagin.Unwrap(ctx)
		h := g.Writer.Header()
		h.Set("Content-Type", found.ContentType)
		h.Set("Content-Disposition", mime.FormatMediaType("inline", map[string]string{"filename": found.Filename}))
		h.Set("Content-Security-Policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
		http.ServeContent(g.Writer, g.Request, "", time.Time{}, found)
		if err := found.Close(); err != nil {
			a.Logger.WarnContext(ctx.Context(), "a file was not closed", "error", err)
		}
	}}, nil
}

// fileBody says in the document what an upload looks like.
func fileBody() *huma.RequestBody {
	return &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"multipart/form-data": {
		Schema: &huma.Schema{Type: huma.TypeObject, Required: []string{"file"}, Properties: map[string]*huma.Schema{
			"file": {Type: huma.TypeString, Format: "binary", Description: "照片（JPEG、PNG、WebP）、录音、PDF 或 Excel 表格（.xlsx），最大10MB"},
		}},
	}}}
}
