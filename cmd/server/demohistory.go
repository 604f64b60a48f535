package main

import (
	"bytes"
	"context"
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/disclosure"
	"cunwu/service/notice"
)

const demoMonths = 24

// history is the demo village's past, lived through by the use cases themselves
// with a clock of its own, before the server starts.
type history struct {
	*rooms
	clock                  time.Time
	today                  time.Time
	writer, signer, leader model.Actor
	balance                int64 // fen, at the end of the last month
}

// past founds the village two years ago, and lets it publish since. Only at the
// first start: fresh says whether it is.
func (d *demo) past(ctx context.Context, cfg *config.Config) (fresh bool, err error) {
	where, err := cfg.Database()
	if err != nil {
		return false, err
	}
	h := &history{today: time.Now().In(model.Shanghai)}
	store, err := model.Open(model.OpenOptions{Dialect: where.Driver, DSN: where.DSN, Now: func() time.Time { return h.clock }})
	if err != nil {
		return false, err
	}
	defer func() { _ = store.Close() }()
	keys, err := keyring(cfg)
	if err != nil {
		return false, err
	}
	h.rooms = buildRooms(cfg, store, keys, notice.New(store, nil, notice.Options{Logger: d.log}), outside{}, d.log)
	if _, err := h.people.Get(ctx, demoVillage); err == nil {
		return false, nil
	}
	first := time.Date(h.today.Year(), h.today.Month()-demoMonths, 1, 9, 0, 0, 0, model.Shanghai)
	h.clock = first
	if err := found(ctx, h.rooms); err != nil {
		return false, err
	}
	return true, h.live(ctx, first)
}

// live lives through the months. The one before the last was never published, so
// that a visitor sees what that looks like.
func (h *history) live(ctx context.Context, first time.Time) error {
	var township model.Actor
	for _, who := range []struct {
		unit, name string
		actor      *model.Actor
	}{{demoVillage, "赵志强", &h.writer}, {demoVillage, "孙有田", &h.signer}, {demoVillage, "张明", &h.leader}, {demoTownship, demoOfficer, &township}} {
		found, err := h.people.Find(ctx, who.unit, who.name, "")
		if err != nil || len(found) != 1 {
			return fmt.Errorf("demo: %d people are called %s: %w", len(found), who.name, err)
		}
		if *who.actor, err = h.people.ActorOf(ctx, found[0].Person()); err != nil {
			return err
		}
	}
	err := h.public.SetDuty(ctx, township, demoVillage, disclosure.Duty{ID: dutyParty, Kind: model.DiscloseParty, Title: "党内事项公开", DueDays: 15, Active: true})
	if err != nil {
		return err
	}
	h.balance = 12_638_450
	for n := range demoMonths {
		month := first.AddDate(0, n, 0)
		h.clock = month.AddDate(0, 1, 1) // the 2nd of the next month
		if h.clock.After(h.today) {
			break
		}
		if err := h.month(ctx, n, month, n == demoMonths-2); err != nil {
			return err
		}
		if n == demoMonths-3 {
			if err := h.store.Tx(ctx, h.points); err != nil {
				return err
			}
		}
		if n%3 == 2 || n >= demoMonths-3 {
			if _, err := h.ledger.SealDue(ctx); err != nil {
				return err
			}
		}
	}
	return h.quiet(ctx)
}

// month publishes what was due after the month.
func (h *history) month(ctx context.Context, n int, month time.Time, missing bool) error {
	sheet, closing, err := accountsOf(n, month, h.balance)
	if err != nil {
		return err
	}
	h.balance = closing
	drafts := reportsOf(n, month)
	if !missing {
		drafts = append(drafts, disclosure.Draft{Kind: model.DiscloseFinance, Period: month.Format("2006-01"), Finance: sheet})
	}
	return h.store.Tx(ctx, func(ctx context.Context) error {
		for _, draft := range drafts {
			if err := h.publish(ctx, draft); err != nil {
				return err
			}
		}
		return nil
	})
}

// publish takes a draft the whole way: written by the committee, signed by the
// supervision committee or approved by the secretary, published.
func (h *history) publish(ctx context.Context, draft disclosure.Draft) error {
	draft.VillageID = demoVillage
	d, err := h.public.Draft(ctx, h.writer, draft)
	if err != nil {
		return fmt.Errorf("demo: %s %s: %w", draft.Kind, draft.Period, err)
	}
	if err := h.stand(ctx, d); err != nil {
		return err
	}
	reason := correctionOf(draft)
	if reason == "" {
		return nil
	}
	h.clock = h.clock.AddDate(0, 0, 6)
	draft.Text = fixed(draft.Text)
	if d, err = h.public.Correct(ctx, h.writer, disclosure.Ref{VillageID: d.VillageID, ID: d.ID}, draft, reason); err != nil {
		return err
	}
	return h.stand(ctx, d)
}

func (h *history) stand(ctx context.Context, d model.Disclosure) error {
	ref := disclosure.Ref{VillageID: d.VillageID, ID: d.ID}
	read, err := h.public.Get(ctx, h.leader, ref, -1)
	if err != nil {
		return err
	}
	h.clock = h.clock.Add(time.Hour)
	if d.Kind == model.DiscloseParty {
		_, err = h.public.Approve(ctx, h.leader, ref, read.Digest, disclosure.Checks{Secrecy: true, Need: true, Accuracy: true})
	} else {
		_, err = h.public.SignOff(ctx, h.signer, ref, read.Digest)
	}
	if err != nil {
		return err
	}
	h.clock = h.clock.Add(time.Hour)
	_, err = h.public.Publish(ctx, h.writer, ref, false)
	return err
}

// quiet counts last month's digest and all that was announced as told: no
// telephone rings today for what is long past.
func (h *history) quiet(ctx context.Context) error {
	if h.clock = time.Date(h.today.Year(), h.today.Month(), 1, 10, 0, 0, 0, model.Shanghai); h.clock.After(h.today) {
		h.clock = h.today
	}
	if _, err := h.public.DigestDue(ctx); err != nil {
		return err
	}
	return h.store.DB(ctx).Model(&model.DisclosureTelling{}).Where("village_id = ? AND done_at = 0", demoVillage).UpdateColumn("done_at", model.At(h.clock)).Error
}

// accountsOf are made-up accounts of a month as villages keep them, in an Excel
// file, and the balance at its end.
func accountsOf(n int, month time.Time, opening int64) (*bytes.Buffer, int64, error) {
	file := excelize.NewFile()
	defer func() { _ = file.Close() }()
	rows := [][]any{{"云溪村财务收支明细表"}, {"期初余额", disclosure.Yuan(opening)},
		{"序号", "日期", "摘要", "类别", "收入（元）", "支出（元）", "收付款人", "审批人", "票据号"}}
	closing := opening
	for i, item := range itemsOf(n, month) {
		income, expense := any(disclosure.Yuan(item.fen)), any(nil)
		if !item.income {
			income, expense = expense, income
			closing -= item.fen
		} else {
			closing += item.fen
		}
		rows = append(rows, []any{i + 1, month.AddDate(0, 0, item.day-1).Format(time.DateOnly), item.purpose, item.category, income, expense, item.party, "张明",
			fmt.Sprintf("YX%s-%02d", month.Format("200601"), i+1)})
	}
	rows = append(rows, []any{"期末余额", disclosure.Yuan(closing)})
	for i, row := range rows {
		if err := file.SetSheetRow("Sheet1", fmt.Sprintf("A%d", i+1), &row); err != nil {
			return nil, 0, err
		}
	}
	var out bytes.Buffer
	err := file.Write(&out)
	return &out, closing, err
}
