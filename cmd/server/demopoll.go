package main

import (
	"context"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
	"cunwu/service/village"
)

// demoQuestions are what the demo village is asked, one by name and one in secret.
func demoQuestions(now time.Time) []poll.NewPoll {
	opens, closes := now, now.AddDate(0, 0, 7)
	return []poll.NewPoll{
		{VillageID: demoVillage, Title: "第3组路口装不装减速带", Text: "装两道，用村里的公益金，共1800元。", Organ: model.OrganConsultation, OpensAt: opens, ClosesAt: closes},
		{VillageID: demoVillage, Title: "广场周末放什么", Text: "选得最多的先安排。", Organ: model.OrganConsultation, Secret: true,
			Options: []string{"露天电影", "越剧", "健身操"}, OpensAt: opens, ClosesAt: closes},
	}
}

// vouch confirms in person whose phone is whose: only then does it vote.
func (d *demo) vouch(ctx context.Context, h *house) error {
	for _, p := range demoResidents() {
		if p.key == "" {
			continue
		}
		who, err := demoPerson(ctx, h, p.name)
		if err != nil {
			return err
		}
		if _, err := h.people.BindInPerson(ctx, model.Console(), who, demoAccount, d.sim.OpenID(demoAccount, p.key)); err != nil {
			return err
		}
	}
	return nil
}

func demoPerson(ctx context.Context, h *house, name string) (model.Person, error) {
	found, err := h.people.Find(ctx, demoVillage, name, "")
	if err != nil {
		return model.Person{}, err
	}
	if len(found) == 0 {
		return model.Person{}, model.Errorf(model.Unknown, "演示的花名册里没有%s", name)
	}
	return found[0].Person(), nil
}

// ask puts two questions to the village, in which a few have voted already.
func (d *demo) ask(ctx context.Context, h *house) error {
	if err := d.vouch(ctx, h); err != nil {
		return err
	}
	member, err := d.at(ctx, h, "zhaozhiqiang", "赵志强")
	if err != nil {
		return err
	}
	worker, err := d.at(ctx, h, "liufang", "刘芳")
	if err != nil {
		return err
	}
	for _, question := range demoQuestions(h.store.Now()) {
		ref, err := put(ctx, h, member, question)
		if err != nil {
			return err
		}
		for _, who := range []model.Actor{member, worker} {
			receipt, err := poll.NewReceipt()
			if err != nil {
				return err
			}
			if err := h.polls.Cast(ctx, who, poll.Ballot{Poll: ref, Choices: []int{1}, Receipt: receipt, Channel: model.ByChat}); err != nil {
				return err
			}
		}
		err = h.polls.Assist(ctx, worker, poll.Assisted{Poll: ref, Voter: village.Named{Name: "陈大伯"}, Choices: []int{2}, Consent: "上门时本人说的"})
		if err != nil {
			return err
		}
	}
	return d.counted(ctx, h, member, worker)
}

// put opens a question of the committee's.
func put(ctx context.Context, h *house, member model.Actor, question poll.NewPoll) (poll.Ref, error) {
	p, err := h.polls.Create(ctx, member, question)
	if err != nil {
		return poll.Ref{}, err
	}
	ref := poll.RefOf(p)
	if _, err := h.polls.Notice(ctx, member, ref); err != nil {
		return ref, err
	}
	return ref, h.polls.Open(ctx, member, ref)
}

// counted is a question that is over, so that a newcomer sees a result and counts
// it anew: most voted on their phones, one of them in the city, two by telephone.
func (d *demo) counted(ctx context.Context, h *house, member, worker model.Actor) error {
	now := h.store.Now()
	ref, err := put(ctx, h, member, poll.NewPoll{VillageID: demoVillage, Title: "第一盏路灯装在哪里", Text: "县里给了一盏灯，先装一处，看看效果。", Organ: model.OrganConsultation, Secret: true,
		Options: []string{"村口", "桥头", "学校门前"}, OpensAt: now, ClosesAt: now.AddDate(0, 0, 3)})
	if err != nil {
		return err
	}
	for _, vote := range []struct {
		key, name string
		choice    int
	}{{"zhaozhiqiang", "赵志强", 1}, {"liufang", "刘芳", 2}, {"wangxiaocao", "王小草", 2}, {"chenyong", "陈勇", 2}, {"zhangming", "张明", 1}, {"limei", "李梅", 3}, {"lixiuying", "李秀英", 2}} {
		who, err := d.at(ctx, h, vote.key, vote.name)
		if err != nil {
			return err
		}
		receipt, err := poll.NewReceipt()
		if err != nil {
			return err
		}
		if err := h.polls.Cast(ctx, who, poll.Ballot{Poll: ref, Choices: []int{vote.choice}, Receipt: receipt, Channel: model.ByMini}); err != nil {
			return err
		}
	}
	for name, choice := range map[string]int{"陈大伯": 2, "孙有田": 1} {
		if err := h.polls.Assist(ctx, worker, poll.Assisted{Poll: ref, Voter: village.Named{Name: name}, Choices: []int{choice}, Consent: "电话里本人说的"}); err != nil {
			return err
		}
	}
	return h.polls.Close(ctx, member, ref, "该投的都投了")
}

// at is somebody at their own phone.
func (d *demo) at(ctx context.Context, h *house, key, name string) (model.Actor, error) {
	who, err := demoPerson(ctx, h, name)
	if err != nil {
		return model.Actor{}, err
	}
	who.Account, who.OpenID = demoAccount, d.sim.OpenID(demoAccount, key)
	return h.people.ActorOf(ctx, who)
}
