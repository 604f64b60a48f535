package dialogue_test

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/dialogue"
	"cunwu/service/help"
	"cunwu/service/merit"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

// newStorePlace is a place whose village has points: three reviewers, a keeper,
// and a rule book that holds.
func newStorePlace(t *testing.T) (*place, *merit.Service) {
	t.Helper()
	p := newPlace(t)
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	p.must(err)
	log := audit.New(p.store)
	var points *merit.Service
	p.cases = casework.New(p.store, p.people, p.notices, log, help.Kind(), merit.Kind(func() *merit.Service { return points }))
	points = merit.New(p.store, merit.Rooms{People: p.people, Cases: p.cases, Notices: p.notices, Log: publiclog.New(p.store, keys), Audit: log}, merit.Options{})
	p.chat = dialogue.New(p.store, dialogue.Rooms{People: p.people, Cases: p.cases, Help: help.New(p.store, p.cases, p.people), Notices: p.notices,
		Media: p.media, Members: p.members, Polls: p.polls, Public: p.public, Merit: points}, func(string) string { return p.home })
	for name, role := range map[string]model.Role{"赵志强": model.RolePointReviewer, "刘芳": model.RolePointReviewer, "陈勇": model.RolePointReviewer, "张桂兰": model.RoleStoreKeeper} {
		_, err := p.people.Grant(t.Context(), model.Console(), village.GrantRole{Unit: "yunxi", Name: name, Role: role})
		p.must(err)
	}
	_, err = points.AdoptBook(t.Context(), p.actor("张明"), merit.NewBook{VillageID: "yunxi", AdoptedOn: "2026-03-01", Resolution: "村民代表会议决议", Carry: 100, Deeds: []model.MeritDeed{
		{Number: 1, Name: "打扫村道", Points: 5, Evidence: model.EvidencePicture, Who: model.DeedSelf},
		{Number: 2, Name: "见义勇为", Points: 50, Evidence: model.EvidenceWords, Who: model.DeedPraise},
		{Number: 12, Name: "参加会议", Points: 2, Evidence: model.EvidenceNone, Who: model.DeedSelf},
	}})
	p.must(err)
	p.clock.Advance(24 * time.Hour)
	return p, points
}

// due does what the clock asks of the points.
func due(p *place, points *merit.Service) {
	p.t.Helper()
	for _, job := range []func(context.Context) (int, error){points.ReviewDue, points.PostDue, points.LapseDue} {
		_, err := job(p.t.Context())
		p.must(err)
	}
	p.work()
}

func TestADeedIsReportedReviewedAndSpent(t *testing.T) {
	p, points := newStorePlace(t)
	p.play(`
		王小草: [菜单 MERIT]
		< 您家有0分
		< 回1：打扫村道（5分）
		< 回2：参加会议（2分）
		王小草: 1
		< 请说说
		王小草: 扫了村口的路
		< 说完回1
		王小草: 1
		< 要有照片
		王小草: [图片]
		王小草: 完成了 谢谢
		王小草: 1
		< 积分1号（打扫村道，5分）
		赵志强 ! 王小草在2026-03-05“打扫村道”
		赵志强: 积分 1
		< 扫了村口的路
		赵志强: 积分 1 同意
		< 已记下：同意
		刘芳: 积分 1号 不同意
		< 请写理由
		刘芳: 积分 1 不同意 看不清是哪里
		陈勇: 积分 待评
		< 打扫村道
		陈勇: 积分 1 同意
		王小草 ! 评议通过
		孙有田: 积分 公示
		< 王小草 打扫村道 5分
		孙有田: #1
		< 没有找到
	`)
	p.clock.Advance(10 * 24 * time.Hour)
	due(p, points)
	_, err := points.AddGoods(t.Context(), p.actor("张桂兰"), merit.NewGoods{VillageID: "yunxi", Name: "食盐", Price: 2, Stock: 9})
	p.must(err)
	p.play(`
		王小草: 积分
		< 您家有5分
		王小草: 积分 商店
		< 回1：食盐 2分
		王小草: 1
		< 核实身份
		刘芳: 当面 王小草
		王小草: 积分 商店
		王小草: 1
		< 兑换码
	`)
	code := strings.SplitN(strings.SplitN(p.last.Text, "兑换码：", 2)[1], "\n", 2)[0]
	p.play(fmt.Sprintf(`
		王小草: 积分 兑换
		< 待取货，兑换码%[1]s
		陈勇: 兑换 %[1]s
		< 编号 #1
		张桂兰: 兑换 %[1]s
		< 兑换成功：食盐×1
		王小草 ! 经手人张桂兰
		张桂兰: 兑换 %[1]s
		< 已经用过
		王小草: 积分 明细
		< 打扫村道 +5
		< -2，余3
	`, code))
}

func TestAnObjectionInChatIsACaseOfTheSupervisors(t *testing.T) {
	p, points := newStorePlace(t)
	p.play(`
		王小草: 积分 报 12
		< 参加会议
		王小草: 1
		< 积分1号
		赵志强: 积分 1 同意
		陈勇: 积分 1 同意
		李四: 积分 异议 1 他没来
		<! 已交给村务监督委员会
		张桂兰: 积分 异议 1
		< 请写上理由
		张桂兰: 积分 异议 1 那天她没来开会
		< 已交给村务监督委员会，编号 #
		孙有田 ! 那天她没来开会
		孙有田: 待办
		< 张桂兰：积分1号
	`)
	number := p.last.Text[strings.Index(p.last.Text, "#"):]
	number = number[:strings.IndexByte(number, ' ')]
	p.play(fmt.Sprintf(`
		孙有田: %[1]s 好的知道了我去问问
		< 采纳 理由
		孙有田: %[1]s 采纳 签到簿上没有她
		张桂兰 ! 意见成立
		王小草 ! 没有通过：异议成立
	`, number))
	p.clock.Advance(10 * 24 * time.Hour)
	due(p, points)
	p.play(`
		王小草: 积分
		< 您家有0分
	`)
}

func TestANeighbourIsPraised(t *testing.T) {
	p, _ := newStorePlace(t)
	p.play(`
		王小草: 积分 夸
		< 请写上要夸的人
		王小草: 积分 夸 张三丰
		< 没有“张三丰”
		王小草: 积分 夸 孙有田
		< 回1：见义勇为
		王小草: 1
		王小草: 他从河里救了两个孩子
		+31m
		王小草 ! 已申报，积分1号（见义勇为
		孙有田 ! 王小草夸您
		王小草: 积分什么时候发
		< 编号 #1
		王小草: 积分 怎么还没到
		< 已记到 #1
	`)
}
