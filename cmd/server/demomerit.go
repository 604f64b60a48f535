package main

import (
	"context"
	"fmt"
	"time"

	"cunwu/model"
	"cunwu/service/merit"
	"cunwu/service/village"
)

// demoGoods are what the demo village's store gives for points.
func demoGoods() []merit.NewGoods {
	return []merit.NewGoods{
		{VillageID: demoVillage, Name: "食盐一袋", Price: 3, Stock: 40}, {VillageID: demoVillage, Name: "洗衣粉一包", Price: 8, Stock: 20},
		{VillageID: demoVillage, Name: "毛巾一条", Price: 10, Stock: 20}, {VillageID: demoVillage, Name: "大米一袋", Price: 40, Stock: 10},
	}
}

func demoBook(today time.Time) merit.NewBook {
	day := today.Format(time.DateOnly)
	return merit.NewBook{VillageID: demoVillage, Resolution: today.Format("2006") + "年村民代表会议决议：功德积分办法", AdoptedOn: day, Carry: 80, OpenFigures: true,
		Deeds: []model.MeritDeed{
			{Number: 1, Name: "打扫村道、清理河边", Points: 5, Cap: 20, CapPeriod: "month", Evidence: model.EvidencePicture, Who: model.DeedSelf},
			{Number: 2, Name: "帮助邻居", Points: 10, Cap: 40, CapPeriod: "month", Evidence: model.EvidenceWords, Who: model.DeedAnybody},
			{Number: 3, Name: "参加村民会议", Points: 2, Evidence: model.EvidenceWords, Who: model.DeedSelf},
			{Number: 4, Name: "见义勇为", Points: 100, Evidence: model.EvidenceWords, Who: model.DeedPraise},
			{Number: 9, Name: "乱倒垃圾", Points: -5, Evidence: model.EvidenceWords},
		}}
}

// points gives the demo village a rule book, reviewers, a store with its keeper,
// and deeds that were claimed, reviewed, shown and posted. It ends within a month
// of the clock that it began at.
func (h *history) points(ctx context.Context) error {
	reviewers := []string{"刘芳", "李梅", "陈大伯"}
	for _, name := range reviewers {
		if _, err := h.people.Grant(ctx, model.Console(), village.GrantRole{Unit: demoVillage, Name: name, Role: model.RolePointReviewer}); err != nil {
			return err
		}
	}
	if _, err := h.people.Grant(ctx, model.Console(), village.GrantRole{Unit: demoVillage, Name: "赵志强", Role: model.RoleStoreKeeper}); err != nil {
		return err
	}
	if _, err := h.merit.AdoptBook(ctx, h.writer, demoBook(h.clock)); err != nil {
		return err
	}
	for _, goods := range demoGoods() {
		if _, err := h.merit.AddGoods(ctx, h.writer, goods); err != nil {
			return err
		}
	}
	h.clock = h.clock.AddDate(0, 0, 2)
	for _, deed := range []struct {
		who, of string
		in      merit.NewClaim
	}{
		{"王小草", "王小草", merit.NewClaim{Deed: 2, Text: "帮李秀英家收稻子"}},
		{"李秀英", "王小草", merit.NewClaim{Deed: 4, Text: "河里救起一个孩子"}},
		{"孙有田", "孙有田", merit.NewClaim{Deed: 3, Text: "参加村民代表会议"}},
	} {
		if err := h.deed(ctx, deed.who, deed.of, deed.in, reviewers); err != nil {
			return err
		}
	}
	h.clock = h.clock.AddDate(0, 0, 20) // the public notice and a long holiday are over
	if n, err := h.merit.PostDue(ctx); err != nil || n != 3 {
		return fmt.Errorf("demo: %d deeds were posted: %w", n, err)
	}
	actor, err := h.actor(ctx, "王小草")
	if err != nil {
		return err
	}
	if err := h.merit.Honour(ctx, actor, true); err != nil {
		return err
	}
	story, err := h.merit.WriteStory(ctx, h.writer, merit.NewStory{VillageID: demoVillage, PersonID: actor.VillagerID, Title: "云溪河里救起落水的孩子",
		Text: "那天下午刚下过雨，河水涨得急。王小草在河边洗菜，听见有孩子喊救命，扔下篮子就跳了下去，把孩子托上了岸。\n孩子的爷爷带着鸡蛋上门道谢，她只收下一个，说是给孩子压压惊。"})
	if err != nil {
		return err
	}
	_, err = h.merit.ConsentStory(ctx, actor, merit.Ref{VillageID: story.VillageID, ID: story.ID}, 1)
	return err
}

// deed is a claim that two reviewers approve.
func (h *history) deed(ctx context.Context, who, of string, in merit.NewClaim, reviewers []string) error {
	claimant, err := h.actor(ctx, who)
	if err != nil {
		return err
	}
	person, err := h.actor(ctx, of)
	if err != nil {
		return err
	}
	in.VillageID, in.PersonID = demoVillage, person.VillagerID
	c, err := h.merit.Claim(ctx, claimant, in)
	if err != nil {
		return err
	}
	for _, name := range reviewers[:2] {
		reviewer, err := h.actor(ctx, name)
		if err != nil {
			return err
		}
		if _, err := h.merit.Review(ctx, reviewer, merit.Ref{VillageID: c.VillageID, ID: c.ID}, true, ""); err != nil {
			return err
		}
	}
	return nil
}

func (h *history) actor(ctx context.Context, name string) (model.Actor, error) {
	found, err := h.people.Find(ctx, demoVillage, name, "")
	if err != nil || len(found) != 1 {
		return model.Actor{}, fmt.Errorf("demo: %d people are called %s: %w", len(found), name, err)
	}
	return h.people.ActorOf(ctx, found[0].Person())
}
