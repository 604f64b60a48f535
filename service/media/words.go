package media

import (
	"errors"

	"cunwu/model"
)

// What people read here.
const (
	wordsEmpty    = "这个文件是空的，请重新选一个"
	wordsCut      = "文件没有传完，请到信号好的地方再传一次"
	wordsTooBig   = "文件太大，最多10MB。照片可以不选原图，录音可以分几段"
	wordsKind     = "这种文件收不了。可以传照片（JPG、PNG、WebP）、录音（AMR、MP3、M4A、AAC、OGG）、PDF 或 Excel 表格（.xlsx）"
	wordsDamaged  = "这个文件打不开，可能坏了。请重新拍一张或重新选一个"
	wordsDetail   = "照片的尺寸太大，请选普通画质再传"
	wordsLocked   = "这个 PDF 加了密码，请去掉密码再传"
	wordsMacros   = "表格里有宏或嵌入的程序，为了安全不能收。请另存为 .xlsx 再传"
	wordsTooMany  = "今天传的文件已经够多了（最多%d个），请明天再传，或当面交给村里"
	wordsBusy     = "现在传文件的人多，请过一分钟再传"
	wordsStorage  = "文件暂时存取不了，请过几分钟再试"
	wordsNoFile   = "没有找到这个文件"
	wordsComing   = "文件还在接收，请过一会儿再看"
	wordsLost     = "这个文件没有收到，请让对方再发一次"
	wordsUsed     = "有一个附件已经用过了，请重新上传再提交"
	wordsNotYours = "有一个附件找不到了（上传两天没用会自动删除），请重新上传再提交"
	wordsAttached = "附件最多%d个，同一个附件只用一次"
)

// refusal says to whoever uploads why a file isn't taken.
func refusal(err error) error {
	words := wordsDamaged
	switch {
	case errors.Is(err, errKind):
		words = wordsKind
	case errors.Is(err, errTooBig):
		words = wordsTooBig
	case errors.Is(err, errTooDetail):
		words = wordsDetail
	case errors.Is(err, errLocked):
		words = wordsLocked
	case errors.Is(err, errMacros):
		words = wordsMacros
	}
	return model.Errorf(model.Invalid, "%s", words).Because(err)
}

func errNoFile() error { return model.Errorf(model.Unknown, wordsNoFile) }

func errNotHere(m model.Media) error {
	if m.State == Wanted || m.State == coming {
		return model.Errorf(model.TooEarly, wordsComing)
	}
	return model.Errorf(model.Unknown, wordsLost)
}
