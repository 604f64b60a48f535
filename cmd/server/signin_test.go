package main

import (
	"archive/zip"
	"io"
	"net/http/httptest"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"

	"cunwu/config"
	"cunwu/model"
	"cunwu/service/session"
)

// browserHouse is an installation's house whose doors are open.
func browserHouse(t *testing.T) (*installation, *house) {
	t.Helper()
	i := newInstallation(t)
	i.found()
	cfg, err := config.Load("", func(name string) string { return i.env[name] })
	if err != nil {
		t.Fatal(err)
	}
	h, err := build(cfg, logger(&screen{}, cfg.LogLevel))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = h.close() })
	engine, err := h.router(nil)
	if err != nil {
		t.Fatal(err)
	}
	doors := httptest.NewServer(engine)
	t.Cleanup(doors.Close)
	i.sim.SetCallback(testApp, doors.URL+"/wechat/oa/"+testApp)
	return i, h
}

// scansIn signs a browser in by WeChat's own QR code.
func scansIn(t *testing.T, i *installation, h *house, who string) session.Signed {
	t.Helper()
	secret, scene, err := h.sessions.AskScan(i.ctx, testApp, "Windows 电脑")
	if err != nil {
		t.Fatal(err)
	}
	content, err := h.weixin.SignInQR(i.ctx, testApp, scene)
	if err != nil || strings.Contains(content, scene) {
		t.Fatalf("the picture encodes %q, %v", content, err)
	}
	if _, done, err := h.sessions.FinishScan(i.ctx, secret); done || err != nil {
		t.Fatal(done, err)
	}
	ex, err := i.sim.Scan(i.ctx, testApp, who, content)
	if err != nil || !strings.Contains(ex.Text, "您正在网页上登录（Windows 电脑）") {
		t.Fatalf("scanned: %v, answered %q", err, ex.Text)
	}
	signed, done, err := h.sessions.FinishScan(i.ctx, secret)
	if err != nil || !done {
		t.Fatal(done, err)
	}
	return signed
}

func TestABrowserSignsInByWeChat(t *testing.T) {
	i, h := browserHouse(t)
	i.follows("--village", "王小草")
	signed := scansIn(t, i, h, "王小草")
	if signed.Sender.Actor.Name != "王小草" {
		t.Errorf("signed in as %+v", signed.Sender.Actor)
	}
	ex, err := i.sim.Say(i.ctx, testApp, "王小草", "登录")
	code := regexp.MustCompile(`\d{4} \d{4}`).FindString(ex.Text)
	if err != nil || code == "" {
		t.Fatal(err, ex.Text)
	}
	other, err := h.sessions.SignInByCode(i.ctx, code, "平板")
	if err != nil {
		t.Fatal(err)
	}
	i.say("王小草", "全部退出", "全部退出了")
	for _, token := range []string{signed.Token, other.Token} {
		if _, _, err := h.sessions.Who(i.ctx, token); !model.IsCode(err, model.SignedOut) {
			t.Errorf("still signed in: %v", err)
		}
	}
	if _, err := h.weixin.SignInQR(i.ctx, "wxnobody", "login_x"); !model.IsCode(err, model.Invalid) {
		t.Errorf("a QR code of nobody's account: %v", err)
	}
}

func TestALostSecondFactorIsResetByTheOperator(t *testing.T) {
	i, h := browserHouse(t)
	i.follows("--township", "周丽")
	signed := scansIn(t, i, h, "周丽")
	i.refused("second-factor", "reset", "--township", "xishan", "--name", "周丽")
	address, err := h.sessions.Enrol(i.ctx, signed.Sender)
	if err != nil {
		t.Fatal(err)
	}
	key, err := otp.NewKeyFromURL(address)
	if err != nil {
		t.Fatal(err)
	}
	strong := func() bool {
		t.Helper()
		kept, _, err := h.sessions.Who(i.ctx, signed.Token)
		if err != nil {
			t.Fatal(err)
		}
		return kept.Strong
	}
	code, err := totp.GenerateCode(key.Secret(), h.store.Now())
	if err != nil {
		t.Fatal(err)
	}
	if err := h.sessions.Prove(i.ctx, signed.Token, code); err != nil || !strong() {
		t.Fatalf("strong: %v, %v", strong(), err)
	}
	path := filepath.Join(t.TempDir(), "她的.zip")
	i.command("person", "export", "--village", "xishan", "--name", "周丽", path)
	if page := inZip(t, path, "index.html"); !strings.Contains(page, "登录的动态码："+time.Now().In(model.Shanghai).Format("2006")) {
		t.Errorf("the export doesn't tell of the second factor:\n%s", page)
	}
	if said := i.command("second-factor", "reset", "--township", "xishan", "--name", "周丽"); !strings.Contains(said, "周丽的动态码已重置") {
		t.Error(said)
	}
	if strong() {
		t.Error("what the lost phone proved still counts")
	}
	if _, err := h.sessions.Enrol(i.ctx, signed.Sender); err != nil {
		t.Error(err)
	}
	i.command("role", "end", "--township", "xishan", "--name", "周丽", "--role", "township_officer")
	i.command("person", "erase", "--village", "xishan", "--name", "周丽")
	i.command("person", "erase", "--village", "xishan", "--name", "周丽", "--confirm")
	var left int64
	if err := h.store.DB(i.ctx).Model(&model.SecondFactor{}).Count(&left).Error; err != nil || left != 0 {
		t.Errorf("%d second factors are left after the erasure, %v", left, err)
	}
}

func inZip(t *testing.T, path, name string) string {
	t.Helper()
	archive, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = archive.Close() }()
	file, err := archive.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}
