package dialogue_test

import (
	"context"
	"testing"

	"cunwu/model"
	"cunwu/service/membership"
	"cunwu/service/village"
)

// byPhone has a telephone ask to be bound through the mini-program.
func (p *place) byPhone(openid, villageID, name, phone string) {
	p.t.Helper()
	sender, err := p.people.Sender(context.Background(), miniAccount, openid, "")
	p.must(err)
	_, err = p.members.BindByPhone(context.Background(), sender, villageID, name, phone)
	p.must(err)
	p.work()
}

// asksToHelp has somebody ask through the mini-program whether they may help.
func (p *place) asksToHelp(helper, elder string, months int) {
	p.t.Helper()
	_, err := p.members.AskToHelp(context.Background(), p.actor(helper), membership.AskHelp{VillageID: "yunxi",
		Elder: village.Named{Name: elder}, Scope: membership.Scope{membership.ScopeCases}, Months: months})
	p.must(err)
	p.work()
}

func TestCadresConfirmRequests(t *testing.T) {
	p := newPlace(t)
	p.play(`刘芳: 在吗`)
	p.byPhone("mini1", "yunxi", "王大山", "13800000001")
	p.byPhone("mini2", "yunxi", "王小花", "13800000002")
	p.play(`
		刘芳 ! 【待确认 1】
		刘芳: 待确认
		< 1 王大山，手机138****0001，要绑定
		< 2 王小花
		刘芳: 确认　１
		< 已确认，王大山
		刘芳: 确认 1
		< 没有第1号请求，或已经有结果
		刘芳: 确认 2
		< 名册里没有“王小花”
		刘芳: 拒绝 2
		< 请写上原因
		刘芳: 拒绝 2 没有这个人
		< 第2号请求已拒绝
		刘芳: 待确认
		< 没有等着确认的人
	`)
	sender, err := p.people.Sender(context.Background(), miniAccount, "mini1", "")
	p.must(err)
	if sender.Actor.Name != "王大山" || sender.Persons[0].Strength != model.BoundInPerson {
		t.Errorf("bound as %+v", sender.Actor)
	}
}

// 确认 and 拒绝 in other forms, and from villagers, are words as they always were.
func TestOtherWordsStayWords(t *testing.T) {
	p := newPlace(t)
	p.byPhone("mini1", "yunxi", "王大山", "13800000001")
	p.play(`
		王小草: 确认 1
		< 已收到，编号 #1
		陈勇: 待确认
		< 已收到，编号 #2
		刘芳: 确认一下路灯修好没有
		< 已收到，编号 #3
		刘芳: 拒绝垃圾乱倒
		< 已记到 #3
		刘芳: 确认 2号楼漏水
		< 已记到 #3
		刘芳: 取消代办的事麻烦快点
		< 已记到 #3
		刘芳: 确认 1
		< 已确认，王大山
	`)
}

func TestTheTownshipNamesTheVillage(t *testing.T) {
	p := newPlace(t)
	p.roster("heping", []resident{{"何平", "1", "户主", nil, false}})
	p.byPhone("mini1", "yunxi", "王大山", "13800000001")
	p.byPhone("mini2", "heping", "何平", "13800000002")
	p.play(`
		周丽: 待确认
		< 云溪1 王大山
		< 和平1 何平
		周丽: 确认 1
		< 第1号请求有好几个村都有
		< 确认 和平1
		周丽: 确认 和平1
		< 已确认，何平
		周丽: 确认 1
		< 已确认，王大山
	`)
}

func TestAnElderAnswersInChat(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王大山: 绑定 {code yunxi 王大山}
		王小草: 同意代办
		< 没有找到这个代办
	`)
	p.asksToHelp("王小草", "王大山", 6)
	p.play(`
		王大山 ! 王小草想替您代办：留言，为期6个月
		陈勇: 同意代办 1
		< 没有找到这个代办
		王大山: 同意代办 1
		< 王小草可以替您代办（留言），到9月4日
		王小草 ! 王大山同意您代办
		王大山: 同意代办 1
		< 没有找到这个代办
		王大山: 取消代办 1
		< 王小草替王大山的代办已取消
		王小草 ! 王小草替王大山代办已取消
	`)
	p.asksToHelp("王小草", "王大山", 6)
	p.asksToHelp("陈勇", "王大山", 6)
	p.play(`
		王大山: 不同意代办
		< 不同意代办 2：王小草替王大山代办（留言）
		王大山: 不同意代办 2
		< 没有同意王小草代办
		王小草 ! 本人不同意
		王大山: 同意代办
		< 陈勇可以替您代办
		刘芳: 取消代办 3
		< 陈勇替王大山的代办已取消
		王大山 ! 代办已取消
	`)
}

// Whoever has no WeChat agrees in person, to a grid worker.
func TestAnElderAnswersInPerson(t *testing.T) {
	p := newPlace(t)
	p.play(`刘芳: 在吗`)
	p.asksToHelp("王小草", "王大山", 6)
	p.play(`
		刘芳 ! 请当面问本人
		刘芳: 待确认
		< 1 王小草替王大山代办（留言）
		刘芳: 确认 1
		< 王大山当面同意王小草代办（留言）
		王小草 ! 王大山同意您代办
	`)
}

// A grid worker decides on corrections by the case's number, and has it in 待办.
func TestCorrectionsAreDecidedInChat(t *testing.T) {
	p := newPlace(t)
	p.play(`刘芳: 在吗`)
	_, err := p.members.RequestCorrection(context.Background(), p.actor("王小草"), membership.NewCorrection{Field: village.FieldResidence, Value: "深圳", Evidence: "搬去打工了"})
	p.must(err)
	p.work()
	p.play(`
		刘芳 ! 我的现居地应该是“深圳”
		刘芳: 待办
		< #1 王小草
		刘芳: #1 改好了
		< 采纳 理由
		刘芳: #1 问 什么时候去的
		< 已问王小草
		王小草: 上个月
		刘芳: #1 采纳 打电话问过
		< 已告诉王小草：采纳
		王小草 ! 名册已经改好：打电话问过
		王小草: #1
		< 已有结果
	`)
}
