package web

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
	"time"

	"cunwu/model"
)

const (
	formMemory = 1 << 20 // of a form with files; the rest lies on disk
	mostFiles  = 9       // of one field
	mostValues = 500     // of one field
)

// genuine refuses a form that another site's page sent. A browser that is signed
// in must bring the token of its pages; of any other the Origin decides.
func (v *Visit) genuine() error {
	if err := v.frame.forgery.Check(v.c.Request); err != nil {
		return model.Errorf(model.Forbidden, wordsForged).Because(err)
	}
	if err := v.parse(); err != nil {
		return err
	}
	if v.SignedIn && !v.route.Plain && !hmac.Equal([]byte(v.c.Request.PostForm.Get("token")), []byte(v.formToken())) {
		return model.Errorf(model.Forbidden, wordsForged)
	}
	return nil
}

func (v *Visit) parse() error {
	var large *http.MaxBytesError
	err := v.c.Request.ParseForm()
	if err == nil && strings.HasPrefix(v.c.ContentType(), "multipart/form-data") {
		err = v.c.Request.ParseMultipartForm(formMemory)
	}
	if err != nil && !errors.As(err, &large) {
		err = model.Errorf(model.Invalid, wordsForm).Because(err)
	}
	return err
}

// formToken is known to the pages of this session only.
func (v *Visit) formToken() string {
	if v.token == "" {
		return ""
	}
	mac := hmac.New(sha256.New, []byte(v.token))
	_, _ = mac.Write([]byte("form"))
	return hex.EncodeToString(mac.Sum(nil)[:16])
}

// Text is a field of the form, without white space around it.
func (v *Visit) Text(name string) string { return strings.TrimSpace(v.c.Request.PostFormValue(name)) }

// Ticked says whether a box is ticked.
func (v *Visit) Ticked(name string) bool { return v.Text(name) != "" }

// Texts are all values of a field, without the empty ones.
func (v *Visit) Texts(name string) []string {
	var all []string
	for _, text := range v.c.Request.PostForm[name] {
		if text = strings.TrimSpace(text); text != "" && len(all) < mostValues {
			all = append(all, text)
		}
	}
	return all
}

// Number is a whole number of the form; what is called appears in the error.
func (v *Visit) Number(name, called string) (int, error) {
	n, err := strconv.Atoi(v.Text(name))
	if err != nil {
		return 0, model.Errorf(model.Invalid, "“%s”要填一个整数", called)
	}
	return n, nil
}

// Numbers are the whole numbers of a field; what is none is left out.
func (v *Visit) Numbers(name string) []int {
	var all []int
	for _, text := range v.Texts(name) {
		if n, err := strconv.Atoi(text); err == nil {
			all = append(all, n)
		}
	}
	return all
}

// Day is a date of the form, as a browser's date field sends it, at 0:00 in China;
// empty is the zero time.
func (v *Visit) Day(name, called string) (time.Time, error) {
	return v.moment(name, called, "例如 2026-03-05", "2006-01-02")
}

// Moment is a date and time of the form in China's time; empty is the zero time.
func (v *Visit) Moment(name, called string) (time.Time, error) {
	return v.moment(name, called, "例如 2026-03-05 09:30", "2006-01-02T15:04", "2006-01-02 15:04")
}

func (v *Visit) moment(name, called, example string, layouts ...string) (time.Time, error) {
	text := v.Text(name)
	if text == "" {
		return time.Time{}, nil
	}
	for _, layout := range layouts {
		if t, err := time.ParseInLocation(layout, text, model.Shanghai); err == nil {
			return t, nil
		}
	}
	return time.Time{}, model.Errorf(model.Invalid, "“%s”看不懂，请写成%s", called, example)
}

// Files are the files of a field.
func (v *Visit) Files(name string) []*multipart.FileHeader {
	form := v.c.Request.MultipartForm
	if form == nil {
		return nil
	}
	var all []*multipart.FileHeader
	for _, file := range form.File[name] {
		if file.Size > 0 && len(all) < mostFiles {
			all = append(all, file)
		}
	}
	return all
}

// Upload keeps the files of a field for the actor and returns their ids. It stands
// before the form's transaction: files go to the storage.
func (v *Visit) Upload(ctx context.Context, name string) ([]string, error) {
	ids := append([]string(nil), v.Texts(name+"_kept")...) // of a form shown again
	for _, header := range v.Files(name) {
		file, err := header.Open()
		if err != nil {
			return ids, err
		}
		kept, err := v.frame.Media.Upload(ctx, v.Actor, v.Village, header.Filename, file)
		if err := errors.Join(err, file.Close()); err != nil {
			return ids, err
		}
		ids = append(ids, kept.ID)
	}
	return ids, nil
}
