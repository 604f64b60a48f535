package dialogue

import (
	"fmt"
	"strings"

	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/village"
)

// All words of the chat stand in this file, so that a village can review them.

const (
	emergencyNumbers = "有危险请马上拨：110（报警）、119（火警）、120（急救）。\n本号不是报警电话，不能代替报警。"
	notPolice        = "如有危险请直接拨110、119、120，本号不是报警电话。"

	waitingText = "已收到，稍后把编号发给您。"

	welcomeText = "您好，这里是%s的公众号。\n有事找党支部，直接打字、发语音或拍照片就行，每件事都会给您一个编号。\n村里发了邀请码的，请回：绑定 12345678（换成您的号码）。\n有危险请打110、119、120，本号不是报警电话。"
	howToAsk    = "有事找党支部，直接打字、发语音或拍照片，不用格式。\n收到后给您一个编号（如 #1），答复会发到这里。\n不想让村里看到的，先回：保密\n看自己的事，回：我的\n收回一件事，回：撤回 #1"
	howToAnswer = "答复：#1 内容\n追问：#1 问 内容\n看经过、用语音答复：#1\n转交：#1 转 姓名\n延期：#1 延期 原因\n办好了：#1 办结\n意见建议：#1 采纳 理由（或 #1 不采纳 理由）\n不归村里管：#1 不受理 原因和该找哪里\n全部要办的：待办\n要打电话告诉的：未通知\n给人邀请码：邀请 姓名"
	unknownMenu = "这个菜单已经换了，请重新打开公众号再试。有事可以直接留言。"

	courtesyReply = "不客气。有事直接留言就行。"
	wordlessReply = "请用文字、语音或照片说说是什么事。"
	gatheredReply = "这句也记下了。\n"
	canceled      = "好的，已退出。有事直接留言就行。"
	canceledWords = "好的，已取消，刚才的话没有发出去。"

	joinPrompt  = "您前面的 #%d 还没答复。刚才说的是补充那件事，还是一件新的事？\n回1补充，回2新事。"
	joinedReply = "已记到 #%d 里。"

	accusedPrompt = "您的话提到了村里办事的人，现在还没有发给任何人。请选：\n回1：只给镇里看（村里看不到）\n回2：交给村里办（被提到的人和他的亲属不经手）\n半小时不选，就只给镇里。"

	dangerPrompt  = "是真的有危险吗？回1真的，回2没有危险。2分钟没有回复，我们就通知村干部和网格员。"
	alarmTaken    = "您说的已经记下，编号 #%d。"
	alarmWoken    = "正在同时通知村干部和网格员。"
	privateWoken  = "已通知镇里的工作人员。"
	noDangerReply = "好的，#%d 按普通留言办理。"

	privatePrompt = "现在说的只有镇里能看到，村里看不到。请说吧，打字、语音、照片都行。说完回：完"
	privateTaken  = "已交给镇里，编号 #%d，村里看不到。请接着说，说完回：完"
	privateMore   = "已记到 #%d，只有镇里能看到。说完回：完"
	privateDone   = "好的，#%d 已交给镇里。有答复时我们只会说“有新进展”，不显示内容。"
	privateOver   = "这件保密的事办完了。以后直接说的话，村里看得到；要保密请先回：保密"
	privateAgain  = "现在说的只有镇里能看到，直接说就行。说完回：完"
	privateEmpty  = "好的，已退出保密。什么也没有发出去。"
	privateOpened = "已只交给镇里，编号 #%d，村里看不到。"

	whichVillagePrompt = "您的话先收着。请问您是哪个村的？也可以直接写村名。\n"
	noVillage          = "这个公众号还没有开通村庄，您的话已经收到。请联系村党支部。"

	noSuchCase      = "没有找到 #%d。请看看编号对不对。"
	severalCases    = "#%d 有好几件，您说的是哪一件？"
	signersOnlyRead = "这件事由联名的代表来说。您有新的情况，请直接留言。"
	notYours        = "#%d 不是您提的，不能这样办。请核对编号。"
	noOpenCase      = "您现在没有没办完的事。"
	whichOwn        = "请说明是哪一件："
	withdrawnReply  = "#%d 已撤回，村里不再办理。"
	swappedReply    = "#%d 已换由%s办理。换人只能用一次。"

	signHow        = "附议请写上编号，例如：附议 #12"
	signedReply    = "您已附议 #%d。有答复会同时告诉您。"
	signAsked      = "已转告 #%d 的提出人，他（她）同意后您就算联名了。"
	openForSigners = "#%d 可以联名了。请让乡亲回：附议 #%d。您是代表，答复会告诉每一个人。"

	confirmPrompt    = "您今天没看过 #%d（%s）。\n要把“%s”发给%s吗？回1发送，回2不发。"
	notSent          = "好的，没有发出去。"
	claimPrompt      = "10分钟内发来的语音或照片，就作为 #%d 的答复。"
	repliedReply     = "已发给%s（#%d），并请他（她）说说解决了没有。"
	speakPlease      = "对方是用语音说的，最好也用语音再答一次：先回 #%d，再发语音。也已请人打电话念给他（她）听。"
	contactedBefore  = "#%d 您之前已经回过话了，%s。"
	cannotTakeReply  = "%s不办这类事，没有转。可以转给书记、第一书记、村委会委员或镇里的人，要写准姓名。"
	contactReply     = "#%d 已告诉%s：您看到了。"
	askedReply       = "#%d 已问%s，办理期限不变。"
	extendedReply    = "#%d 已告诉%s延期，最晚%s前答复。"
	rejectedReply    = "#%d 已告诉%s不受理的原因和该找哪里。"
	topicReply       = "#%d 已记为“%s”。"
	finishedReply    = "#%d 已告诉%s办好了，并请他（她）确认。"
	transferredReply = "#%d 已转给%s，办理期限不变。"
	decidedReply     = "#%d 已告诉%s：%s，和您写的理由。"
	spokenNewReply   = "这段语音说的是新的事，已替对方开了 #%d。"
	listenerHow      = "听完后请回：“#%d 代录 1”（解决了）、“#%d 代录 2”（没解决），说的是别的事回“代录 新事”。"
	enteredReply     = "#%d 的语音回访结果已记下。"

	pickPrompt = "您这句话还没有发给任何人。请问它是："
	pickOwn    = "回0：我自己的留言"

	noDuty     = "您没有要办的事。自己的事回“我的”查看。"
	nothingDue = "没有要办的事，都办好了。"
	dueHead    = "要办的有%d件，急的在前："
	dueMore    = "后面还有，办了这些再回“待办”。"
	dueTail    = "回“#编号 内容”答复，回“#编号”看经过。"

	nothingAsked       = "这句话不知道是回哪件事的。要说新的事，请多写几个字。"
	verdictPrompt      = "#%d 解决了吗？回“#%d 1”解决，回“#%[1]d 2”没解决。"
	whichVerdictPrompt = "您回的“%d”是说哪一件？"
	reopenedReply      = "知道了，#%d 没解决。已退回%s重新办，您可以再说说情况。"
	verdictTaken       = "#%d 您的话记下了。后面说的还没有发给任何人："
	starsPrompt        = "#%d 解决了就好。请打个分：回1到5，5最满意。也可以加几个字，如：5 修得快"
	starredReply       = "谢谢，您打了%d分。"
	spokenReply        = "您对 #%d 的意见收到了，会由别的同志来听、来记。"

	bindHow       = "请回：绑定 加上邀请码，例如：绑定 12345678"
	boundReply    = "绑定好了：%s %s。以后您说的话村里知道是您。"
	memberPrompt  = "这是一家人的邀请码，请问您是？"
	notBound      = "您还没有绑定。请回：绑定 加上村里给的8位邀请码。没有邀请码请找网格员。不绑定也可以直接留言。"
	speakAsHow    = "请写上姓名，例如：我是 李秀英"
	speakAsReply  = "好的，现在是%s在说话。"
	switchPrompt  = "要换到哪个村？"
	switchUnbound = "好的，请再说一句话，我们会问您是哪个村的。"
	oneVillage    = "您只在%s登记，不用换。"
	switchedReply = "好的，现在是%s的%s。"

	inviteReply   = "%s的邀请码是 %s，%s前有效，只能用一次。请当面交给本人，让他（她）回：绑定 %s"
	unboundReply  = "已解除%s的%d个绑定。要再绑定，请回：邀请 姓名"
	inPersonReply = "已记下您当面见过%s，%d个绑定可以投票、用积分了。"
	nobodyToCall  = "没有要打电话告诉的人。"
	unknownName   = "（没登记的微信）"
	callHead      = "这些人还没收到消息，请打电话或上门告诉："
	callTail      = "告诉了请回：已告 加上序号，例如：已告 1"
	noSuchCall    = "名单里没有第%d个，请先回“未通知”看名单。"
	toldReply     = "记下了：已告诉%s。"
)

func takenReply(out help.Outcome) string {
	c := out.Case
	if !out.Opened {
		return fmt.Sprintf(joinedReply, c.Number)
	}
	if c.HandlerID == "" {
		return fmt.Sprintf("已收到，编号 #%d。现在还没有人能办，我们已请上级安排。", c.Number)
	}
	return fmt.Sprintf("已收到，编号 #%d，由%s办理。\n%s前会先回个话，%s前答复您。", c.Number, c.HandlerName, casework.When(c.ContactDue.Time), casework.When(c.DueAt.Time))
}

// notYet says honestly what a menu key doesn't do yet.
func notYet(key string) string {
	name := map[string]string{keyDisclosure: "村务公开", keyVote: "投票", keyMediation: "调解", keyMerit: "积分"}[key]
	return name + "还没有开通。这方面的事请直接留言，村里会答复您。"
}

func meTail(persons, open int) string {
	var tips []string
	if open > 0 {
		tips = append(tips, "回“#编号”看经过")
	}
	if persons > 1 {
		tips = append(tips, "换人说话回“我是 姓名”")
	}
	tips = append(tips, "有事直接留言")
	return strings.Join(tips, "，") + "。"
}

func isPerson(persons []village.Known, name string) bool {
	for _, k := range persons {
		if k.Villager.Name == name {
			return true
		}
	}
	return false
}

// clip cuts text to n characters.
func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}
