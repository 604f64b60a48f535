package console

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/disclosure"
	"cunwu/service/notice"
)

// itemPage is a page of a version's accounts, item by item.
type itemPage struct {
	Disclosure model.Disclosure
	Number     int  // the version as the address asks for it
	Pending    bool // vouchers can still be given
	Items      []model.FinanceItem
	Next       string
	Item       int      // the one that gets vouchers; 0: none
	Kept       []string // files of the form that comes back
}

func (s *console) itemPage(ctx context.Context, v *web.Visit, number, after int) (itemPage, error) {
	p := itemPage{Number: number}
	view, err := s.Public.Get(ctx, v.Actor, disclosureRef(v), number)
	if err != nil {
		return p, err
	}
	p.Disclosure = view.Disclosure
	p.Pending = view.Disclosure.Pending > 0 && view.Version.Version == view.Disclosure.Pending && v.Actor.May(model.VerbDisclose, v.Village)
	p.Items, err = s.Public.Items(ctx, v.Actor, disclosureRef(v), view.Version.Version, after, itemsShown)
	if n := len(p.Items); n == itemsShown {
		p.Next = v.Here("after", strconv.Itoa(p.Items[n-1].Seq))
	}
	return p, err
}

func (s *console) items(ctx context.Context, v *web.Visit) error {
	after, _ := strconv.Atoi(v.Query("after"))
	page, err := s.itemPage(ctx, v, versionOf(v), after)
	if err != nil {
		return err
	}
	page.Item, _ = strconv.Atoi(v.Query("item"))
	return v.Show("items", "收支明细", page)
}

// addVouchers gives pictures to an item of the version in preparation.
func (s *console) addVouchers(ctx context.Context, v *web.Visit) error {
	files, failed := v.Upload(ctx, "files")
	seq, err := strconv.Atoi(v.Param("seq"))
	switch {
	case err != nil:
		return model.Errorf(model.Unknown, "没有这一笔，请回到明细")
	case failed == nil && len(files) == 0:
		failed = model.Errorf(model.Invalid, "请选票据的照片")
	case failed == nil:
		failed = v.Do(ctx, func(ctx context.Context) (web.Then, error) {
			return web.Then{To: disclosureAt(v) + "/items?version=-1&after=" + strconv.Itoa(max(0, seq-itemsShown/2)), Said: wordsVouchers},
				s.Public.Voucher(ctx, v.Actor, disclosureRef(v), seq, files)
		})
	}
	if model.AsError(failed) == nil {
		return failed
	}
	page, err := s.itemPage(ctx, v, -1, max(0, seq-1))
	if err != nil {
		return failed
	}
	page.Item, page.Kept = seq, files
	return v.Again(ctx, failed, "items", "收支明细", page)
}

// disclosureReach is who knows of a publication, and who must still be told.
type disclosureReach struct {
	Disclosure disclosure.Ref
	Title      string
	Known      int
	Total      int
	Channels   []reachedBy
	People     []toldRow
	Calls      bool // the actor may tick whom they told
}

type reachedBy struct {
	Name  string
	Count int
}

type toldRow struct {
	NoticeID, Name, Channel string
	Known                   bool
	At                      model.Time
}

func (s *console) disclosureReach(ctx context.Context, v *web.Visit) (disclosureReach, error) {
	p := disclosureReach{Disclosure: disclosureRef(v), Calls: v.Actor.May(model.VerbCallList, v.Village)}
	view, err := s.Public.Get(ctx, v.Actor, disclosureRef(v), 0)
	if err != nil {
		return p, err
	}
	found, err := s.Public.Reach(ctx, v.Actor, disclosureRef(v))
	if err != nil {
		return p, err
	}
	p.Title, p.Known, p.Total = view.Disclosure.Title, found.Known, found.Total
	for _, name := range []string{channelWords(""), channelWords(notice.ChannelInbox), channelWords(model.ChannelCall)} {
		count := reachedBy{Name: name}
		for channel, n := range found.ByChannel {
			if channelWords(channel) == name {
				count.Count += n
			}
		}
		p.Channels = append(p.Channels, count)
	}
	for _, one := range found.People {
		row := toldRow{NoticeID: one.NoticeID, Name: one.Name, Known: one.Known, At: model.At(one.At)}
		if one.Known {
			row.Channel = channelWords(one.Channel)
		}
		if row.Name == "" {
			row.Name = "没有绑定的人"
		}
		p.People = append(p.People, row)
	}
	return p, nil
}

func (s *console) disclosureReached(ctx context.Context, v *web.Visit) error {
	page, err := s.disclosureReach(ctx, v)
	if err != nil {
		return err
	}
	// The page is for calling those who don't know; the rest stands in the sheet.
	page.People = slices.DeleteFunc(page.People, func(one toldRow) bool { return one.Known })
	page.People = page.People[:min(len(page.People), callsMost)]
	return v.Show("disclosure-reach", "谁知道，谁还不知道", page)
}

func (s *console) disclosureReachSheet(ctx context.Context, v *web.Visit) error {
	page, err := s.disclosureReach(ctx, v)
	if err != nil {
		return err
	}
	return v.SendSheet(ctx, web.Sheet{Name: "知道的和不知道的", Head: []string{"姓名", "知道了没有", "从哪里知道的", "什么时候"}, Each: func(row func(cells ...any) error) error {
		for _, one := range page.People {
			known := "还不知道"
			if one.Known {
				known = "知道了"
			}
			if err := row(one.Name, known, one.Channel, moment(one.At.Time)); err != nil {
				return err
			}
		}
		return nil
	}})
}

// lastPart is what stands behind the last slash.
func lastPart(path string) string { return path[strings.LastIndexByte(path, '/')+1:] }
