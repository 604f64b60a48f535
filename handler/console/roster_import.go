package console

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/village"
)

// importPage is the way in, with what is wrong in a file.
type importPage struct {
	Head   []string
	Called string // the file
	Bad    *village.BadRoster
}

// previewPage is what a file would do. The file itself isn't kept, for it holds
// everybody's ID number: it is chosen again, and must be the same one.
type previewPage struct {
	village.Preview

	Called string
	Digest string
	Wrong  bool // another file was chosen the second time
}

func (s *console) importRoster(_ context.Context, v *web.Visit) error {
	if err := v.Actor.Require(model.VerbImport, v.Village); err != nil {
		return err
	}
	return v.Show("rosterimport", "导入名册", importPage{Head: village.RosterHeader()})
}

func (s *console) rosterTemplate(ctx context.Context, v *web.Visit) error {
	if err := v.Actor.Require(model.VerbImport, v.Village); err != nil {
		return err
	}
	return v.SendSheet(ctx, web.Sheet{Name: "名册（空表）", Head: village.RosterHeader(), Each: func(func(cells ...any) error) error { return nil }})
}

// chosen is the file of the form.
func chosen(v *web.Visit) (name string, content []byte, err error) {
	if err := v.Actor.Require(model.VerbImport, v.Village); err != nil {
		return "", nil, err
	}
	files := v.Files("file")
	if len(files) == 0 {
		return "", nil, model.Errorf(model.Invalid, "请先选名册文件")
	}
	file, err := files[0].Open()
	if err != nil {
		return "", nil, err
	}
	content, err = io.ReadAll(file)
	return files[0].Filename, content, errors.Join(err, file.Close())
}

func digestOf(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// previewRoster reads the file and says what it would do; nothing is written.
func (s *console) previewRoster(ctx context.Context, v *web.Visit) error {
	name, content, err := chosen(v)
	if err == nil {
		var p village.Preview
		if p, err = s.People.Preview(ctx, v.Actor, v.Village, name, bytes.NewReader(content)); err == nil {
			return v.Show("rosterpreview", "先看一看，再导入", previewPage{Preview: p, Called: name, Digest: digestOf(content)})
		}
	}
	return badRoster(ctx, v, err, name)
}

// confirmRoster imports the file that was looked at. It doesn't go by Do: an import
// takes its own time and does nothing the second time.
func (s *console) confirmRoster(ctx context.Context, v *web.Visit) error {
	name, content, err := chosen(v)
	if err == nil && digestOf(content) != v.Text("digest") {
		err = model.Errorf(model.Conflict, "这次选的和刚才看的不是同一个文件，什么都没有导入。请重新看一遍")
	}
	if err == nil {
		defer s.imports.over(v.Village)
		var done village.Imported
		if done, err = s.People.ImportTelling(ctx, v.Actor, v.Village, name, bytes.NewReader(content), s.imports.tell(v.Village)); err == nil {
			return v.Go(below(v, "roster"), importedWords(done))
		}
	}
	return badRoster(ctx, v, err, name)
}

func badRoster(ctx context.Context, v *web.Visit, err error, name string) error {
	page := importPage{Head: village.RosterHeader(), Called: name}
	errors.As(err, &page.Bad)
	return v.Again(ctx, err, "rosterimport", "导入名册", page)
}

func importedWords(done village.Imported) string {
	said := fmt.Sprintf("导入好了：新增%d户%d人，改了%d人", done.Households, done.Villagers, done.Updated)
	if done.Households+done.Villagers+done.Updated == 0 {
		said = "导入好了：和名册一样，什么都不用改"
	}
	if done.Withheld > 0 {
		said += fmt.Sprintf("。有%d人要求删除过手机号，他们的手机号没有写进去", done.Withheld)
	}
	return said
}
