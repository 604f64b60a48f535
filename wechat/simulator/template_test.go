package simulator_test

import (
	"strings"
	"testing"

	"cunwu/wechat/simulator"
)

const (
	tplNotice = "tpl-notice"
	tplOnce   = "tpl-once"
	tplLong   = "tpl-long"
)

func (w *world) templates() {
	w.sim.AddTemplate(oaID, simulator.Template{ID: tplNotice, Kind: simulator.TemplateMessage, Title: "留言处理提醒", Content: "留言人:{{thing1.DATA}}\n内容:{{thing2.DATA}}"})
	for _, app := range []string{oaID, miniID} {
		w.sim.AddTemplate(app, simulator.Template{ID: tplOnce, Kind: simulator.TemplateOnce, Title: "办理进度通知", Content: "事项{{thing1.DATA}}\n时间{{time2.DATA}}"})
		w.sim.AddTemplate(app, simulator.Template{ID: tplLong, Kind: simulator.TemplateLong, Title: "村务公开通知", Content: "标题{{thing1.DATA}}"})
	}
}

func (w *world) filled(app, person, template string, values map[string]any) map[string]any {
	data := map[string]any{}
	for k, v := range values {
		data[k] = map[string]any{"value": v}
	}
	return map[string]any{"touser": w.sim.OpenID(app, person), "template_id": template, "data": data}
}

func TestTemplateMessage(t *testing.T) {
	w := newWorld(t, setup{})
	w.templates()
	w.follow("wang")
	values := map[string]any{"thing1": "王秀英", "thing2": strings.Repeat("路灯", 15)}
	const path = "cgi-bin/message/template/send"
	w.expect(w.post(oaID, path, w.filled(oaID, "wang", "nothing", values)), 40037)
	w.expect(w.post(oaID, path, w.filled(oaID, "wang", tplOnce, values)), 40037)
	w.expect(w.post(oaID, path, w.filled(oaID, "zhang", tplNotice, values)), 43004)
	w.expect(w.post(miniID, path, w.filled(miniID, "wang", tplNotice, values)), 48001)
	body := w.filled(oaID, "wang", tplNotice, values)
	body["url"], body["client_msg_id"] = "https://example.com/1", "n-1"
	first := w.post(oaID, path, body)
	w.expect(first, 0)
	if again := w.post(oaID, path, body); again["msgid"] != first["msgid"] {
		t.Errorf("client_msg_id didn't stop the second send: %v", again)
	}
	b, err := w.sim.WaitFor(w.ctx, oaID, "wang", "留言处理提醒")
	w.must(err)
	if b.Kind != simulator.KindTemplate || b.Fields[0] != (simulator.Field{Name: "留言人", Value: "王秀英"}) || len([]rune(b.Fields[1].Value)) != 20 || b.URL == "" {
		t.Errorf("on the phone: %+v", b)
	}
	if n := len(w.sim.Phone(oaID, "wang")); n != 1 {
		t.Errorf("%d bubbles, want one", n)
	}
	if done := w.program.waitFor("TEMPLATESENDJOBFINISH"); done.Status != "success" || done.ID == "" {
		t.Errorf("report: %+v", done)
	}
}

func TestTemplateBlockedByUser(t *testing.T) {
	w := newWorld(t, setup{})
	w.templates()
	w.follow("wang")
	w.sim.BlockTemplates(oaID, "wang", true)
	w.expect(w.post(oaID, "cgi-bin/message/template/send", w.filled(oaID, "wang", tplNotice, map[string]any{"thing1": "a", "thing2": "b"})), 0)
	if done := w.program.waitFor("TEMPLATESENDJOBFINISH"); done.Status != "failed:user block" {
		t.Errorf("report: %+v", done)
	}
	if len(w.sim.Phone(oaID, "wang")) != 0 {
		t.Error("a refused message reached the phone")
	}
}

func TestSubscription(t *testing.T) {
	for _, tc := range []struct{ app, path, channel string }{
		{oaID, "cgi-bin/message/subscribe/bizsend", "bizsend"},
		{miniID, "cgi-bin/message/subscribe/send", "subscribe"},
	} {
		t.Run(tc.channel, func(t *testing.T) {
			w := newWorld(t, setup{})
			w.templates()
			once := w.filled(tc.app, "wang", tplOnce, map[string]any{"thing1": "修路灯", "time2": "2026年11月24日 09:00"})
			w.expect(w.post(tc.app, tc.path, once), 43101)
			_, err := w.sim.GrantSubscription(w.ctx, tc.app, "wang", tplOnce, false)
			w.must(err)
			w.expect(w.post(tc.app, tc.path, once), 43101)
			for range 2 {
				_, err = w.sim.GrantSubscription(w.ctx, tc.app, "wang", tplOnce, true)
				w.must(err)
			}
			w.expect(w.post(tc.app, tc.path, w.filled(tc.app, "wang", tplNotice, nil)), 40037)
			w.expect(w.post(tc.app, tc.path, once), 0)
			w.expect(w.post(tc.app, tc.path, once), 0)
			w.expect(w.post(tc.app, tc.path, once), 43101)
			b, err := w.sim.WaitFor(w.ctx, tc.app, "wang", "修路灯")
			w.must(err)
			if b.Kind != simulator.KindSubscription || b.Channel != tc.channel || b.Title != "办理进度通知" {
				t.Errorf("on the phone: %+v", b)
			}
			if sent := w.program.waitFor("subscribe_msg_sent_event"); !strings.Contains(sent.Plain, tplOnce) {
				t.Errorf("report: %s", sent.Plain)
			}
			_, err = w.sim.GrantSubscription(w.ctx, tc.app, "wang", tplLong, true)
			w.must(err)
			long := w.filled(tc.app, "wang", tplLong, map[string]any{"thing1": "三季度账目"})
			w.expect(w.post(tc.app, tc.path, long), 0)
			w.expect(w.post(tc.app, tc.path, long), 0)
			_, err = w.sim.RevokeSubscription(w.ctx, tc.app, "wang", tplLong)
			w.must(err)
			w.expect(w.post(tc.app, tc.path, long), 43101)
		})
	}
}

func TestSubscriptionValues(t *testing.T) {
	w := newWorld(t, setup{})
	w.sim.AddTemplate(oaID, simulator.Template{ID: "all", Kind: simulator.TemplateLong, Title: "t", Content: "{{thing1.DATA}}{{number2.DATA}}{{phrase3.DATA}}{{time4.DATA}}{{character_string5.DATA}}{{phone_number6.DATA}}"})
	_, err := w.sim.GrantSubscription(w.ctx, oaID, "wang", "all", true)
	w.must(err)
	good := map[string]any{"thing1": "路灯", "number2": 12, "phrase3": "已答复", "time4": "2026-11-24 09:00", "character_string5": "#12", "phone_number6": "0571-12345"}
	for _, tc := range []struct {
		field string
		value any
		want  int
	}{
		{"thing1", "路灯", 0},
		{"thing1", "", 47003},
		{"thing1", strings.Repeat("长", 21), 47003},
		{"number2", "十二", 47003},
		{"phrase3", "超过五个字了", 47003},
		{"phrase3", "abc", 47003},
		{"time4", "昨天", 47003},
		{"time4", "2026年11月24日 09:00:01", 0},
		{"character_string5", "中文", 47003},
		{"phone_number6", "电话", 47003},
	} {
		values := map[string]any{}
		for k, v := range good {
			values[k] = v
		}
		values[tc.field] = tc.value
		if got := w.post(oaID, "cgi-bin/message/subscribe/bizsend", w.filled(oaID, "wang", "all", values)); errcode(got) != tc.want {
			t.Errorf("%s=%v: %v, want %d", tc.field, tc.value, got, tc.want)
		}
	}
}

func TestPopupShapes(t *testing.T) {
	t.Run("xml", func(t *testing.T) {
		w := newWorld(t, setup{})
		_, err := w.sim.AnswerPopup(w.ctx, oaID, "wang", simulator.Answer{TemplateID: "a", Accept: true}, simulator.Answer{TemplateID: "b"})
		w.must(err)
		if got := w.program.last().Plain; strings.Count(got, "<List>") != 2 || strings.Count(got, "<SubscribeMsgPopupEvent>") != 1 {
			t.Error(got)
		}
	})
	t.Run("json", func(t *testing.T) {
		w := newWorld(t, setup{json: true})
		_, err := w.sim.AnswerPopup(w.ctx, oaID, "wang", simulator.Answer{TemplateID: "a", Accept: true}, simulator.Answer{TemplateID: "b"})
		w.must(err)
		if got := w.program.last().Plain; !strings.Contains(got, `"List":[{"TemplateId":"a"`) {
			t.Error(got)
		}
		_, err = w.sim.GrantSubscription(w.ctx, oaID, "wang", "a", true)
		w.must(err)
		if got := w.program.last().Plain; !strings.Contains(got, `"List":{"TemplateId":"a"`) {
			t.Error(got)
		}
	})
}
