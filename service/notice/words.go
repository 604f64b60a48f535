package notice

import (
	"fmt"
	"strings"
	"unicode/utf8"
)

// All words that notices add to what they carry stand in this file, so that a
// village can review them.

// textMax is how many bytes WeChat takes of a customer-service text.
const textMax = 2048

const (
	tooLong     = "…（太长没发完，全文在小程序“我的消息”里）"
	privateText = "有一件私密事项"
	hiddenText  = "（私密，不显示）"
	voiceCall   = "有一段语音没有送到，请告诉对方"
	// retainedText stands where the words stood of a notice past its time.
	retainedText = "（内容已过保存期）"
)

// address names the person whom a notice on a shared phone is for.
func address(name string) string {
	if name == "" {
		return ""
	}
	return "【给" + name + "】"
}

// announcement says what is left when the slots are over.
func announcement(role string, rest int) string {
	if role == RoleHandler {
		return fmt.Sprintf("还有%d件，回“待办”查看", rest)
	}
	return fmt.Sprintf("还有%d条消息，回任意一个字就能收到", rest)
}

// invitation asks for a word before the window closes.
func invitation(role string) string {
	if role == RoleHandler {
		return "（回“待办”，才能继续收到通知）"
	}
	return "（回任意一个字，才能继续收到消息）"
}

// words tell of a voice or picture that doesn't come with the text.
func (e enclosed) words(alone bool) string {
	switch {
	case e.state == mediaLost && alone:
		return "有" + counted(e.kind) + "没有取到，请对方再发一次"
	case e.state == mediaLost:
		return "\n（" + kindName(e.kind) + "没有取到）"
	case e.state == mediaWanted:
		return "\n（" + kindName(e.kind) + "稍后送到）"
	}
	return ""
}

// arrived stands before a voice that comes late.
func arrived(number, kind string) string {
	return number + "刚才的" + kindName(kind) + "到了："
}

func kindName(kind string) string {
	switch kind {
	case "voice":
		return "语音"
	case "picture":
		return "图片"
	case "video":
		return "视频"
	}
	return "附件"
}

func counted(kind string) string {
	switch kind {
	case "voice", "video":
		return "一段" + kindName(kind)
	case "picture":
		return "一张" + kindName(kind)
	}
	return "一个" + kindName(kind)
}

// fit joins head, text and tail within what WeChat takes; the text gives way.
func fit(head, text, tail string) string {
	room := textMax - len(head) - len(tail)
	if len(text) > room {
		text = cut(text, room-len(tooLong)) + tooLong
	}
	return strings.TrimPrefix(head+text+tail, "\n")
}

// cut is the beginning of text in at most n bytes.
func cut(text string, n int) string {
	for n > 0 && !utf8.RuneStart(text[n]) {
		n--
	}
	return text[:n]
}
