package main

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"net/http/httptest"
	"testing"
	"time"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/moderation"
	"cunwu/service/village"
	"cunwu/wechat/simulator"
)

const testMini = "wx2222222222222222"

// miniHouse is a house with a mini-program whose pushes reach it, on a WeChat that
// really fetches what it checks.
func miniHouse(t *testing.T) (*house, *simulator.Simulator) {
	t.Helper()
	i := newInstallation(t)
	sim := simulator.New(simulator.Options{FetchMedia: true, Accounts: []simulator.Account{
		{AppID: testApp, Secret: testSecret, Token: testToken, AESKey: testAES, Kind: simulator.KindOfficial, Name: "云溪村"},
		{AppID: testMini, Secret: testSecret, Token: testToken, AESKey: testAES, Kind: simulator.KindMini, Name: "云溪村"}}})
	t.Cleanup(sim.Close)
	sim.AddPerson(simulator.Person{Key: "王小草", Name: "王小草", Phone: "13800138000"})
	api := httptest.NewServer(sim.API())
	t.Cleanup(api.Close)
	for name, value := range map[string]string{"CUNWU_WECHAT_API_URL": api.URL, "CUNWU_MINI_APP_ID": testMini, "CUNWU_MINI_APP_SECRET": testSecret,
		"CUNWU_MINI_TOKEN": testToken, "CUNWU_MINI_AES_KEY": testAES} {
		i.env[name] = value
	}
	cfg, err := config.Load("", func(name string) string { return i.env[name] })
	if err != nil {
		t.Fatal(err)
	}
	h, err := build(cfg, logger(&screen{}, cfg.LogLevel))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.close() })
	if _, err := h.store.Migrate(t.Context()); err != nil {
		t.Fatal(err)
	}
	engine, err := h.router(nil)
	if err != nil {
		t.Fatal(err)
	}
	doors := httptest.NewServer(engine)
	t.Cleanup(doors.Close)
	h.cfg.BaseURL = doors.URL
	sim.SetCallback(testMini, doors.URL+"/wechat/mini/"+testMini)
	return h, sim
}

// picture is a photo of one colour; the simulated check holds red ones to be risky.
func picture(t *testing.T, of color.Color) *bytes.Reader {
	t.Helper()
	p := image.NewRGBA(image.Rect(0, 0, 600, 400))
	draw.Draw(p, p.Bounds(), image.NewUniform(of), image.Point{}, draw.Src)
	var body bytes.Buffer
	if err := jpeg.Encode(&body, p, nil); err != nil {
		t.Fatal(err)
	}
	return bytes.NewReader(body.Bytes())
}

func TestCodesOfTheMiniProgramWorkOnce(t *testing.T) {
	h, sim := miniHouse(t)
	code := sim.MiniLoginCode("王小草")
	who, err := h.weixin.MiniLogin(t.Context(), code)
	if err != nil || who.Account != testMini || who.OpenID != sim.OpenID(testMini, "王小草") || who.UnionID == "" || who.Snapshot {
		t.Fatalf("%+v, %v", who, err)
	}
	phone := sim.PhoneCode("王小草", "")
	if number, err := h.weixin.Phone(t.Context(), phone); err != nil || number != "13800138000" {
		t.Errorf("%s, %v", number, err)
	}
	for name, again := range map[string]func() error{
		"a login code twice": func() error { _, err := h.weixin.MiniLogin(t.Context(), code); return err },
		"a phone code twice": func() error { _, err := h.weixin.Phone(t.Context(), phone); return err },
		"no code":            func() error { _, err := h.weixin.MiniLogin(t.Context(), "../x"); return err },
		"a page's code":      func() error { _, err := h.weixin.PageLogin(t.Context(), testApp, "none"); return err },
		"a page of the mini": func() error { _, err := h.weixin.PageLogin(t.Context(), testMini, "none"); return err },
	} {
		if err := again(); !model.IsCode(err, model.Invalid) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// What a villager writes and photographs goes to WeChat, which fetches the
// pictures and says what it found; nothing is shown before.
func TestWhatIsWrittenInTheMiniProgramIsChecked(t *testing.T) {
	h, sim := miniHouse(t)
	ctx := t.Context()
	sim.SetWords([]string{"赌博"}, nil)
	if _, err := h.people.Create(ctx, model.Console(), village.NewUnit{Code: "yunxi", Name: "云溪村", Kind: model.UnitVillage}); err != nil {
		t.Fatal(err)
	}
	boss, err := h.people.Grant(ctx, model.Console(), village.GrantRole{Unit: "yunxi", Name: "张明", Role: model.RoleBranchSecretary, Outsider: true})
	if err != nil {
		t.Fatal(err)
	}
	who, err := h.weixin.MiniLogin(ctx, sim.MiniLoginCode("王小草"))
	if err != nil {
		t.Fatal(err)
	}
	wang := model.Actor{VillageID: "yunxi", Account: who.Account, OpenID: who.OpenID}
	publish := func(subject, text string, of color.Color) {
		t.Helper()
		up, err := h.media.Upload(ctx, wang, "yunxi", "现场.jpg", picture(t, of))
		if err != nil {
			t.Fatal(err)
		}
		err = h.store.Tx(ctx, func(ctx context.Context) error {
			if err := h.media.Attach(ctx, wang, "yunxi", []string{up.ID}, subject); err != nil {
				return err
			}
			return h.checks.Want(ctx, wang, moderation.Wanted{VillageID: "yunxi", Subject: subject, Text: text},
				moderation.Wanted{VillageID: "yunxi", Subject: subject, MediaID: up.ID})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	publish("question/1", "路灯花了多少钱", color.RGBA{0, 0x80, 0, 0xff})
	publish("question/2", "看看这个", color.RGBA{0xff, 0, 0, 0xff})
	publish("question/3", "一起赌博", color.RGBA{0, 0x80, 0, 0xff})
	secretary := model.Actor{VillageID: "yunxi", VillagerID: boss.ID, Holds: []model.Held{{VillageID: "yunxi", Role: model.RoleBranchSecretary}}}
	var items []moderation.Item
	shown := map[string]bool{}
	for deadline := time.After(time.Minute); len(items) < 2 || !shown["question/1"]; {
		select {
		case <-h.checks.Wait():
		case <-time.After(50 * time.Millisecond):
		case <-deadline:
			t.Fatalf("waited in vain: %+v %v", items, shown)
		}
		if _, err := h.checks.CheckDue(ctx); err != nil {
			t.Fatal(err)
		}
		if items, _, err = h.checks.Queue(ctx, secretary, "yunxi", "", 10); err != nil {
			t.Fatal(err)
		}
		if shown, err = h.checks.MayShowAll(ctx, "yunxi", []string{"question/1", "question/2", "question/3"}); err != nil {
			t.Fatal(err)
		}
	}
	if len(shown) != 1 || !items[0].Risky || !items[1].Risky || items[0].Kind == items[1].Kind {
		t.Errorf("%v %+v", shown, items)
	}
}
