package dialogue_test

import "testing"

func TestAMessageIsAnsweredJudgedAndRated(t *testing.T) {
	newPlace(t).play(`
		王小草: 我家门口的路灯坏了
		< 已收到，编号 #1，由张明办理
		张明 ! #1 王小草：我家门口的路灯坏了
		张明: #1 明天下午来修
		< 已发给王小草（#1）
		王小草 ! 张明答复：明天下午来修
		王小草 ! 解决了吗？回1解决，回2没解决
		王小草: 2 还是不亮
		< 没解决
		张明 ! 未解决
		张明 ! 还是不亮
		张明: ＃１，灯泡换好了
		王小草 ! 灯泡换好了
		王小草: １
		< 打个分
		王小草: 5 修得快
		< 您打了5分
		张明 ! 5星 修得快
	`)
}

func TestWhatFollowsWithin90SecondsComesAsOneAddition(t *testing.T) {
	newPlace(t).play(`
		王小草: 水管漏了
		张明 ! 水管漏了
		王小草: 在厨房
		< 已记到 #1
		王小草: 漏得很大
		张明 !! 在厨房
		+91s
		张明 ! 在厨房
		张明 ! 漏得很大
	`)
}

func TestAfterHalfAnHourItIsAskedWhetherItBelongs(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王小草: 水管漏了
		+40m
		王小草: 楼下也湿了
		< 补充
		< 新事
		王小草: 1
		< 已记到 #1
		+40m
		王小草: 路灯也坏了
		< 回1补充，回2新事
		王小草: 新事
		< 已收到，编号 #2
		+40m
		王小草: 厨房的灯
		< 补充
		+11m
		王小草: #2
		< 厨房的灯
	`)
}

func TestAnOldOrAnsweredCaseIsNotJoined(t *testing.T) {
	newPlace(t).play(`
		王小草: 水管漏了
		+25h
		王小草: 路灯坏了
		< 编号 #2
		张明: #2 好，去修
		王小草: 垃圾没人收
		< 编号 #3
	`)
}

func TestAnAnswerToAQuestionBackJoinsItsCase(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: #1 问 哪一盏？
		< 办理期限不变
		王小草 ! 张明想问您：哪一盏？
		+26h
		王小草: 村口第二盏
		< 回1补充
		王小草: 1
		< 已记到 #1
		+2m
		张明 ! 村口第二盏
	`)
}

func TestThanksAndGreetingsOpenNothing(t *testing.T) {
	newPlace(t).play(`
		王小草: 谢谢书记，辛苦了！
		< 不客气
		王小草: 在吗
		<! 编号
		王小草: ？？
		< 说说是什么事
		王小草: 您好
		王小草: 您好，路灯坏了
		< 编号 #1
	`)
}

func TestVoicePictureAndPlaceAreMessages(t *testing.T) {
	newPlace(t).play(`
		王小草: [语音]
		< 编号 #1
		< 本号不是报警电话
		张明 ! 对方发的是语音
		王小草: [图片]
		王小草: [位置 村口]
		+91s
		张明 ! [位置] 村口
		张明: #1
		< 10分钟内发来的语音
		张明: [语音]
		< 已发给王小草
		王小草 ! [voice]
		王小草 ! 解决了吗
	`)
}

func TestATextAnswerToAVoiceIsReadOutByPhone(t *testing.T) {
	newPlace(t).play(`
		王小草: [语音]
		张明: #1 明天来
		< 对方是用语音说的
		刘芳: 未通知
		< 王小草
		< 念给
		刘芳: 已告 1
		< 已告诉王小草
		刘芳: 未通知
		< 没有要打电话
	`)
}

func TestWithdrawAndSwap(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		王小草: 换人
		< 已换由赵志强办理
		赵志强 ! 换由您办理
		王小草: 换人
		< 已经换过一次
		陈勇: 撤回 #1
		< 不是您提的
		王小草: 撤回 #1
		< #1 已撤回
		赵志强 ! 撤回
		王小草: 撤回 #1
		< 已经办结
	`)
}

func TestAGroupAppealNeedsItsSpeakersConsent(t *testing.T) {
	newPlace(t).play(`
		王小草: 村口的桥要修
		陈勇: 附议 #1
		< 已转告
		王小草 ! 陈勇想和您一起提
		王小草: #1 联名
		< 可以联名了
		刘芳: 附议 #1
		< 您已附议
		陈勇: 附议 #9
		< 没有找到 #9
		张明: #1 下月动工
		陈勇 ! 下月动工
		陈勇 !! 解决了吗
		刘芳 ! 下月动工
		王小草 ! 解决了吗
		陈勇: 1
		< 不知道是回哪件事的
	`)
}

func TestSilenceMovesACaseUp(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王小草: 路灯坏了
		+20h
		张明 ! 提醒
		+5h
		赵志强 ! 逾期上交
		张明 ! 已上交给赵志强
		王小草 ! 改由赵志强办理
		周丽: 待办
		+25h
		周丽 ! 逾期上交
		周丽: 待办
		< #云溪1 王小草：路灯坏了
		+25h
		周丽 ! 已经超过期限
	`)
}

func TestUnratedForFifteenDaysIsClosedByTheCadresWordOnly(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王小草: 路灯坏了
		张明: #1 修好了
		王小草 ! 修好了
	`)
	for range 15 {
		p.pass(24 * hour)
	}
	p.play(`
		+1h
		王小草: #1
		< 先按办好了算
		王小草: #1 2 没修好
		< 没解决
	`)
}
