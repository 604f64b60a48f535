package console

import (
	"context"
	"fmt"
	"io"
	"sync"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/village"
)

// imports are the rosters that this process is importing, by village.
type imports struct {
	mu  sync.Mutex
	far map[string]village.Progress
}

func (i *imports) tell(villageID string) func(village.Progress) {
	return func(p village.Progress) {
		i.mu.Lock()
		defer i.mu.Unlock()
		if i.far == nil {
			i.far = map[string]village.Progress{}
		}
		i.far[villageID] = p
	}
}

func (i *imports) over(villageID string) {
	i.mu.Lock()
	defer i.mu.Unlock()
	delete(i.far, villageID)
}

func (i *imports) of(villageID string) village.Progress {
	i.mu.Lock()
	defer i.mu.Unlock()
	return i.far[villageID]
}

// progressWords say how far an import is, in one sentence.
func progressWords(p village.Progress) string {
	switch p.Stage {
	case village.StageRead:
		return "第1步，共3步：正在读文件"
	case village.StageCheck:
		return "第2步，共3步：正在和名册核对"
	case village.StageWrite:
		return fmt.Sprintf("第3步，共3步：正在写入，%d人里写了%d人。写完以前名册不变", p.Total, p.Done)
	}
	return "现在没有正在导入的名册"
}

// progress says how far the village's import is: a page, or for a page's script the
// sentence alone.
func (s *console) progress(ctx context.Context, v *web.Visit) error {
	if err := v.Actor.Require(model.VerbImport, v.Village); err != nil {
		return err
	}
	p := s.imports.of(v.Village)
	if v.Query("plain") != "" {
		return v.Send(ctx, "text/plain; charset=utf-8", "", func(to io.Writer) error {
			_, err := io.WriteString(to, progressWords(p))
			return err
		})
	}
	return v.Show("rosterprogress", "导入到哪一步了", struct {
		Words       string
		Done, Total int
	}{progressWords(p), p.Done, p.Total})
}
