package dialogue_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/poll"
	"cunwu/service/village"
)

// put opens a consultation of everybody, for two days.
func (p *place) put(title string, secret bool) poll.Ref {
	p.t.Helper()
	ctx, now := context.Background(), p.clock.Now()
	made, err := p.polls.Create(ctx, p.actor("赵志强"), poll.NewPoll{VillageID: "yunxi", Title: title, Organ: model.OrganConsultation, Secret: secret,
		OpensAt: now, ClosesAt: now.Add(48 * time.Hour)})
	p.must(err)
	ref := poll.RefOf(made)
	_, err = p.polls.Notice(ctx, p.actor("赵志强"), ref)
	p.must(err)
	p.must(p.polls.Open(ctx, p.actor("赵志强"), ref))
	p.work()
	return ref
}

func (p *place) counted(ref poll.Ref) poll.Result {
	p.t.Helper()
	r, err := p.polls.Result(context.Background(), p.actor("赵志强"), ref)
	p.must(err)
	return r
}

func TestARollCallIsVotedByNumber(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王小草: 投票
		< 现在没有要您投的票
		路人: 投票
		< 还没有绑定
	`)
	ref := p.put("路灯装在桥头", false)
	p.play(`
		王小草 ! 投票通知：《路灯装在桥头》
		王小草: 投票
		< 征求大家的意见，记名
		< 要先核实本人
		<! 回1
		刘芳: 当面 王小草
		王小草: [菜单 VOTE]
		< 已投0票
		< 回1：同意
		王小草: 1
		< 您选的是“同意”
		王小草: 2
		< 没有投
		王小草: 投票
		王小草: 反对
		< 您选的是“反对”
		王小草: 9
		< 您选的是“反对”
		王小草: 投出
		< 投好了，您选的是“反对”
		王小草: 投票
		< 现在没有要您投的票
		+48h
		王小草: 在吗
	`)
	if r := p.counted(ref); r.Options[1].Votes != 1 || r.Turnout != 1 {
		t.Errorf("the result is %+v", r)
	}
}

func TestASecretChoiceIsNeverChatText(t *testing.T) {
	p := newPlace(t)
	p.play(`刘芳: 当面 王小草`)
	ref := p.put("低保名单", true)
	p.play(`
		王小草: 投票
		< 不记名：您选什么，不要写在聊天里
		<! 回1
	`)
	address := regexp.MustCompile(`https://village\.example/v/yunxi/ballot/([0-9a-f]{32})`).FindStringSubmatch(p.last.Text)
	if address == nil {
		t.Fatal(p.last.Text)
	}
	receipt := strings.Repeat("ab", 16)
	p.must(p.polls.CastByLink(context.Background(), "yunxi", address[1], poll.Ballot{Choices: []int{1}, Receipt: receipt}))
	p.play(`
		王小草: 投票
		< 现在没有要您投的票
		+48h
		王小草: 在吗
	`)
	if r := p.counted(ref); r.Turnout != 1 || len(r.ByChannel) != 1 {
		t.Errorf("the result is %+v", r)
	}
}

func TestSeveralPollsAreChosenFirstAndAVoteIsDenied(t *testing.T) {
	p := newPlace(t)
	p.play(`刘芳: 当面 王小草`)
	p.put("修水渠", false)
	second := p.put("路灯装在桥头", false)
	p.play(`
		王小草: 投票
		< 等您投的有2个
		王小草: 2
		< 《修水渠》
		王小草: 取消
		王小草: 投票异议
		< 没有别人替您投的票
	`)
	p.must(p.polls.Assist(context.Background(), p.actor("刘芳"), poll.Assisted{Poll: second, Voter: village.Named{Name: "王小草"}, Choices: []int{1}, Consent: "电话里说的"}))
	p.play(`
		+1s
		王小草 ! 刘芳按您说的代为投出
		王小草: 投票异议
		< 《路灯装在桥头》里替您投的那张票已经作废
		王小草: 投票
		< 等您投的有2个
		王小草: 路灯装在桥头
		< 回2：反对
		王小草: 2
		王小草: 1
		< 投好了
		王小草: 投票
		< 《修水渠》
	`)
}
