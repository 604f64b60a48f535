package api_test

import "testing"

// Thanks and greetings open nothing, here as in chat.
func TestThanksOpenNoCase(t *testing.T) {
	h := newHouse(t)
	h.settle("yunxi", "王小草")
	token := h.token("yunxi", "王小草")
	for _, polite := range []string{"谢谢", "您好，在吗？", "辛苦书记了！"} {
		h.post(token, "/cases", fields{"text": polite}).want(422).has("不用提交")
	}
	h.get(token, "/cases").want(200).has(`"items":[]`)
	path, body, header := photo(t)
	picture := h.call(token, "POST", "/api/v1"+path, body, header...).want(201).text("id")
	h.post(token, "/cases", fields{"text": "您好", "upload_ids": []string{picture}}).want(201)
	h.post(token, "/cases", fields{"text": "谢谢村里修了水渠，东头还漏"}).want(201)
}
