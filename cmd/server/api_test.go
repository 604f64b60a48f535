package main

import (
	"bytes"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/village"
)

// A phone goes through the whole program: WeChat's code signs it in, WeChat's phone
// number binds it, and its message reaches the branch.
func TestTheMiniProgramsDoor(t *testing.T) {
	h, sim := miniHouse(t)
	ask := func(method, path, token string, body any) (int, map[string]any) {
		t.Helper()
		text, err := json.Marshal(body)
		if err != nil {
			t.Fatal(err)
		}
		r, err := http.NewRequestWithContext(t.Context(), method, h.cfg.BaseURL+"/api/v1"+path, bytes.NewReader(text))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("Authorization", "Bearer "+token)
		r.Header.Set("Content-Type", "application/json")
		answer, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = answer.Body.Close() }()
		fields := map[string]any{}
		_ = json.NewDecoder(answer.Body).Decode(&fields)
		return answer.StatusCode, fields
	}
	_, err := h.people.Create(t.Context(), model.Console(), village.NewUnit{Code: "yunxi", Name: "云溪村", Kind: model.UnitVillage})
	if err != nil {
		t.Fatal(err)
	}
	roster := "姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌\n王小草,女,11010519491231002X,13800138000,1,户主,第1组,本村,本村,群众"
	if _, err := h.people.Import(t.Context(), model.Console(), "yunxi", "roster.csv", strings.NewReader(roster)); err != nil {
		t.Fatal(err)
	}
	code := sim.MiniLoginCode("王小草")
	status, in := ask("POST", "/login", "", map[string]any{"code": code, "label": "她的手机"})
	token, _ := in["token"].(string)
	if status != 200 || token == "" {
		t.Fatalf("%d %v", status, in)
	}
	if status, _ := ask("POST", "/login", "", map[string]any{"code": code}); status != 422 {
		t.Errorf("a code works twice: %d", status)
	}
	status, bound := ask("POST", "/bindings", token, map[string]any{"phone_code": sim.PhoneCode("王小草", ""), "name": "王小草"})
	if status != 200 || bound["state"] != "bound" {
		t.Fatalf("%d %v", status, bound)
	}
	status, opened := ask("POST", "/cases", token, map[string]any{"text": "路灯坏了"})
	if status != 201 || opened["number"] != 1.0 {
		t.Errorf("%d %v", status, opened)
	}
	if status, me := ask("GET", "/me", token, nil); status != 200 || !strings.Contains(toText(me), "王小草") {
		t.Errorf("%d %v", status, me)
	}
	if status, _ := ask("POST", "/logout", token, nil); status != 204 {
		t.Errorf("%d", status)
	}
	if status, _ := ask("GET", "/me", token, nil); status != 401 {
		t.Errorf("signed out, and still let in: %d", status)
	}
}

func toText(v any) string {
	text, _ := json.Marshal(v)
	return string(text)
}
