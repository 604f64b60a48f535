package main

import (
	"context"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"time"

	"cunwu/config"
	"cunwu/model"
	"cunwu/wechat/simulator"
)

const (
	demoAccount  = "wxdec0de0000000001"
	demoMini     = "wxdec0de0000000002"
	demoToken    = "yunxi"
	demoTemplate = "demo-template-of-notices-0000000000000000001"
	demoAESKey   = "yunxiyunxiyunxiyunxiyunxiyunxiyunxiyunxiyun"
)

type demoCommand struct {
	Addr string `default:"127.0.0.1:8080" help:"监听地址，只能是本机"`
	Data string `type:"path" help:"数据放在哪个文件夹；不填就用临时文件夹，停了就删"`
}

// Run starts everything in one process on loopback: the server on an SQLite
// file and a Redis of its own, the WeChat simulator, and a village of made-up
// people. The two speak over real HTTP, as they would with WeChat.
func (d demoCommand) Run(ctx context.Context, w world) error {
	host, _, err := net.SplitHostPort(d.Addr)
	if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
		return model.Errorf(model.Invalid, "演示只在本机上跑，--addr 请用 127.0.0.1:端口")
	}
	dir := d.Data
	if dir == "" {
		if dir, err = os.MkdirTemp("", "cunwu-demo-"); err != nil {
			return err
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", d.Addr)
	if err != nil {
		return fmt.Errorf("%s 已被占用，请换一个，例如 --addr 127.0.0.1:8090：%w", d.Addr, err)
	}
	return newDemo(dir, listener.Addr().String(), w).run(ctx, listener)
}

// demo is the whole demonstration.
type demo struct {
	w       world
	dir     string
	address string
	sim     *simulator.Simulator
	log     *slog.Logger
	fresh   bool // the village was founded by this start
}

func newDemo(dir, address string, w world) *demo {
	sim := simulator.New(simulator.Options{
		Accounts: []simulator.Account{{AppID: demoAccount, Secret: "demo-secret-of-yunxi-village-0001", Token: demoToken, AESKey: demoAESKey,
			Kind: simulator.KindOfficial, Name: "云溪村", CallbackURL: "http://" + address + "/wechat/oa/" + demoAccount},
			{AppID: demoMini, Secret: "demo-secret-of-yunxi-village-0002", Token: demoToken, AESKey: demoAESKey,
				Kind: simulator.KindMini, Name: "云溪村务", CallbackURL: "http://" + address + "/wechat/mini/" + demoMini}},
		FetchMedia: true, MiniView: "http://" + address + "/signin/mini",
		Place: "云溪村3组村口", Steps: demoSteps(),
	})
	sim.AddTemplate(demoAccount, simulator.Template{ID: demoTemplate, Kind: simulator.TemplateMessage, Title: "事项通知",
		Content: "事项:{{thing1.DATA}}\n编号:{{character_string2.DATA}}\n时间:{{time3.DATA}}"})
	for _, p := range demoPeople() {
		sim.AddPerson(simulator.Person{Key: p.key, Name: p.phoneName(), Note: p.note, Phone: rosterPhone(p.name)})
	}
	for _, v := range demoVisitors() {
		sim.AddPerson(simulator.Person{Key: v.key, Name: v.name, Note: v.note})
	}
	sim.AddPerson(simulator.Person{Key: "zhoumei", Name: demoNewcomer, Note: "村民·在深圳务工·还没绑定", Phone: rosterPhone(demoNewcomer)})
	return &demo{w: w, dir: dir, address: address, sim: sim, log: logger(w.err, slog.LevelWarn)}
}

func (d *demo) run(ctx context.Context, listener net.Listener) error {
	defer d.sim.Close()
	api, err := (&net.ListenConfig{}).Listen(ctx, "tcp", "127.0.0.1:0")
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	platform := &http.Server{Handler: d.sim.API(), ReadHeaderTimeout: 5 * time.Second}
	go func() { _ = platform.Serve(api) }()
	defer func() { _ = platform.Close() }()
	h, err := d.house(ctx, "http://"+api.Addr().String())
	if err != nil {
		return errors.Join(err, listener.Close())
	}
	settled := make(chan error, 1)
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	err = h.serve(ctx, listener, map[string]http.Handler{"/simulator": d.sim.Pages(), "/": http.RedirectHandler("/simulator/", http.StatusFound)}, func() {
		go func() {
			err := d.settle(ctx, h)
			settled <- err
			if err != nil {
				cancel()
				return
			}
			fmt.Fprintf(d.w.out, "云溪村已经开张，请在浏览器里打开：\n\n    http://%s/\n\n按 Ctrl+C 停止。\n", d.address)
			if d.w.ready != nil {
				d.w.ready(d.address)
			}
		}()
	})
	cancel()
	return errors.Join(<-settled, err)
}

// house builds the server with the demo's settings.
func (d *demo) house(ctx context.Context, api string) (*house, error) {
	key, err := d.secretKey()
	if err != nil {
		return nil, err
	}
	cfg := config.Default()
	cfg.Addr, cfg.BaseURL, cfg.WeChatAPIURL = d.address, "http://"+d.address, api
	cfg.DatabaseURL, cfg.RedisURL, cfg.SecretKey, cfg.DataDir = "sqlite://"+filepath.Join(d.dir, "cunwu.db"), "embedded", key, d.dir
	cfg.SweepInterval = 5 * time.Second
	cfg.Accounts = []config.Account{{AppID: demoAccount, Secret: "demo-secret-of-yunxi-village-0001", Token: demoToken, AESKey: demoAESKey, Name: "云溪村", TemplateID: demoTemplate}}
	cfg.Mini = config.Mini{AppID: demoMini, Secret: "demo-secret-of-yunxi-village-0002", Token: demoToken, AESKey: demoAESKey}
	if err := cfg.Validate(config.NeedAll); err != nil {
		return nil, err
	}
	h, err := build(cfg, d.log)
	if err != nil {
		return nil, err
	}
	h.standIn = demoVillage
	if _, err := h.store.Migrate(ctx); err != nil {
		return nil, errors.Join(err, h.close())
	}
	if d.fresh, err = d.past(ctx, cfg); err != nil {
		return nil, errors.Join(err, h.close())
	}
	return h, nil
}

// secretKey is made at the first start and kept with the data.
func (d *demo) secretKey() ([]byte, error) {
	path := filepath.Join(d.dir, "secret.key")
	if text, err := os.ReadFile(path); err == nil { //nolint:gosec // our own file
		return base64.StdEncoding.DecodeString(string(text))
	}
	key := make([]byte, 32)
	if _, err := rand.Read(key); err != nil {
		return nil, err
	}
	if err := os.MkdirAll(d.dir, 0o700); err != nil {
		return nil, err
	}
	return key, os.WriteFile(path, []byte(base64.StdEncoding.EncodeToString(key)), 0o600)
}
