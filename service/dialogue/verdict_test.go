package dialogue_test

import "testing"

func TestADigitWithTwoCandidatesAsksWhich(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: #1 灯修好了
		王小草: 水管漏了
		张明: #2 管子接好了
		王小草: 1
		< 是说哪一件
		< 回1：#2
		< 回2：#1
		王小草: 2
		< #1 解决了就好
		王小草: 4
		< 您打了4分
		王小草: #2 2
		< #2 没解决
		张明 ! #2 未解决
	`)
}

func TestAVerdictShownLaterThanAnotherQuestionAsksWhich(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		+40m
		王小草: 还有井盖
		< 回1补充
		张明: #1 路灯修好了
		王小草 ! 解决了吗
		王小草: 2
		< 是说哪一件
		< 回2：您前面的 #1 还没答复
		王小草: 2
		< 编号 #2
		王小草: 1
		< #1 解决了就好
	`)
}

func TestWithoutAQuestionADigitIsNothing(t *testing.T) {
	newPlace(t).play(`
		王小草: 1
		< 不知道是回哪件事的
		王小草: 路灯坏了
		< 编号 #1
		王小草: #1 1
		< 村里还没有答复
	`)
}

func TestASpokenVerdictIsEnteredBySomeoneElse(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: #1 修好了
		王小草: [语音]
		< 会由别的同志来听
		刘芳 ! 请听完后回
		刘芳 ! [voice]
		张明 !! [voice]
		张明: #1 代录 1
		< 要由别人来听
		刘芳: #1 代录 2
		< 已记下
		张明 ! 未解决
	`)
}

func TestTheThirdReopeningGoesToTheTownship(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: #1 修好了
		王小草: 2
		张明: #1 又修了
		王小草: 2
		张明: #1 再修了
		王小草: 2
		< 退回周丽
		周丽 ! 未解决
	`)
}
