package api

import (
	"net/http"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humagin"
	"github.com/danielgtaylor/huma/v2/validation"

	"cunwu/handler/problem"
	"cunwu/model"
)

// What people read when what was sent has not the form that it must have.
const (
	wordsForm      = "填写的内容有误，请检查后再提交"
	wordsNoBody    = "没有收到内容，请重新提交"
	wordsNotJSON   = "发来的内容看不懂，应为 JSON"
	wordsMediaType = "内容的类型应为 application/json"
	wordsTooLarge  = "发来的内容太大，请减少文字"
	wordsSlow      = "网络太慢，内容没有收全，请重新提交"
)

// asProblem gives huma's own errors the house's form and Chinese words. The value
// that was wrong isn't sent back.
func asProblem(ctx huma.Context, _ string, v any) (any, error) {
	found, ok := v.(*huma.ErrorModel)
	if !ok {
		return v, nil
	}
	g := humagin.Unwrap(ctx)
	code, words := formWords(found)
	p := problem.New(model.Errorf(code, "%s", words), found.Status, g.Writer.Header().Get("X-Request-ID"))
	for _, e := range found.Errors {
		if e != nil && e.Location != "" && found.Status == http.StatusUnprocessableEntity {
			p.Errors = append(p.Errors, problem.Field{Field: e.Location, Detail: inChinese(e.Message)})
		}
	}
	if len(p.Errors) > 0 {
		p.Detail = words + "：" + p.Errors[0].Field + " " + p.Errors[0].Detail
	}
	return p, nil
}

func formWords(found *huma.ErrorModel) (code model.Code, words string) {
	switch found.Status {
	case http.StatusRequestEntityTooLarge:
		return problem.TooLarge, wordsTooLarge
	case http.StatusRequestTimeout:
		return model.Invalid, wordsSlow
	case http.StatusUnsupportedMediaType, http.StatusNotAcceptable:
		return model.Invalid, wordsMediaType
	case http.StatusBadRequest:
		if len(found.Errors) == 0 {
			return model.Invalid, wordsNoBody
		}
		return model.Invalid, wordsNotJSON
	case http.StatusUnprocessableEntity:
		return model.Invalid, wordsForm
	}
	return problem.Internal, problem.Broken
}

// translation is one of huma's messages in Chinese. From is the whole of it, or,
// with a % or a blank at its end, its beginning; %s takes what follows.
type translation struct{ from, to string }

func translations() []translation {
	return []translation{
		{validation.MsgUnexpectedProperty, "没有这一项"},
		{validation.MsgExpectedRequiredProperty, "必须填写 %s"},
		{"required ", "必须填写"},
		{"unknown query parameter", "没有这个参数"},
		{validation.MsgExpectedMinLength, "太短，至少%s个字"},
		{validation.MsgExpectedMaxLength, "太长，最多%s个字"},
		{validation.MsgExpectedMinItems, "太少，至少%s个"},
		{validation.MsgExpectedMaxItems, "太多，最多%s个"},
		{validation.MsgExpectedMinimumNumber, "不能小于%s"},
		{validation.MsgExpectedMaximumNumber, "不能大于%s"},
		{validation.MsgExpectedOneOf, "只能是：%s"},
		{validation.MsgExpectedString, "应为文字"},
		{validation.MsgExpectedInteger, "应为整数"},
		{validation.MsgExpectedNumber, "应为数字"},
		{validation.MsgExpectedBoolean, "应为 true 或 false"},
		{validation.MsgExpectedArray, "应为列表"},
		{validation.MsgExpectedObject, "应为一组填写项"},
		{validation.MsgExpectedArrayItemsUnique, "有重复"},
		{"invalid integer", "应为整数"},
		{"invalid boolean", "应为 true 或 false"},
		{validation.MsgExpectedRFC3339DateTime, "时间不对，应如 2026-03-04T09:00:00+08:00"},
		{validation.MsgExpectedRFC3339Date, "日期不对，应如 2026-03-04"},
	}
}

// inChinese says one of huma's messages in Chinese; one that isn't known is said
// in general.
func inChinese(message string) string {
	for _, t := range translations() {
		begin, _, varies := strings.Cut(t.from, "%")
		rest, ok := strings.CutPrefix(message, begin)
		if ok && (rest == "" || varies || strings.HasSuffix(t.from, " ")) {
			return strings.Replace(t.to, "%s", strings.Trim(strings.TrimSuffix(rest, " to be present"), `" `), 1)
		}
	}
	return "格式不对"
}
