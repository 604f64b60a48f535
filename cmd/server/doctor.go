package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/redis/go-redis/v9"

	"cunwu/config"
	"cunwu/model"
)

// examPatience is the most that one look of the doctor may take.
const examPatience = 10 * time.Second

// doctorCommand looks at a live installation from its settings. It changes nothing,
// but that it writes one small file into the data folder and removes it.
type doctorCommand struct{}

// exam is one look at an installation: what was found goes straight to the operator.
type exam struct {
	cfg   *config.Config
	out   io.Writer
	store *model.Store
	ills  int
}

// Run prints what is well and what must be done; the exit code is 1 when anything
// must.
func (doctorCommand) Run(ctx context.Context, all *commands, w world) error {
	e := &exam{out: w.out}
	var err error
	if e.cfg, err = all.settings(w, config.NeedAll); err != nil {
		e.settings(err)
		return e.sum()
	}
	e.well("设置", "都填对了")
	if e.store, err = openStore(e.cfg, logger(w.err, e.cfg.LogLevel)); err != nil {
		return err
	}
	defer func() { _ = e.store.Close() }()
	if e.within(ctx, e.database) {
		for _, look := range []func(context.Context) bool{e.schema, e.clock, e.durability, e.secondFactors} {
			e.within(ctx, look)
		}
	}
	for _, look := range []func(context.Context) bool{e.redisAndWeChat, e.certificate, e.folders, e.backups, e.calendar} {
		e.within(ctx, look)
	}
	return e.sum()
}

func (e *exam) within(ctx context.Context, look func(context.Context) bool) bool {
	ctx, cancel := context.WithTimeout(ctx, examPatience)
	defer cancel()
	return look(ctx)
}

func (e *exam) well(what, how string) bool {
	fmt.Fprintf(e.out, "好　　　%s：%s\n", what, how)
	return true
}

// ill says what must be done.
func (e *exam) ill(what, format string, args ...any) bool {
	e.ills++
	fmt.Fprintf(e.out, "要处理　%s：%s\n", what, fmt.Sprintf(format, args...))
	return false
}

func (e *exam) sum() error {
	if e.ills > 0 {
		return model.Errorf(model.Conflict, "有%d处要处理，做完再运行一次 server doctor", e.ills)
	}
	fmt.Fprintln(e.out, "都好")
	return nil
}

func (e *exam) settings(err error) {
	var wrong *config.Error
	if !errors.As(err, &wrong) {
		e.ill("设置", "%v", err)
		return
	}
	for _, p := range wrong.Problems {
		e.ill("设置", "%s：%s", p.Variable, p.Message)
	}
}

// redisAndWeChat look together: the servers share WeChat's token through Redis.
func (e *exam) redisAndWeChat(ctx context.Context) bool {
	where, err := e.cfg.Redis()
	if err != nil {
		return e.ill("Redis", "%v", err)
	}
	if where.Embedded {
		e.well("Redis", "用程序自带的，登录记在数据库里（只合适一台服务器）")
		return e.wechat(ctx, nil)
	}
	where.Options.DialTimeout, where.Options.ReadTimeout, where.Options.ContextTimeoutEnabled = 2*time.Second, 2*time.Second, true
	client := redis.NewUniversalClient(where.Options)
	defer func() { _ = client.Close() }()
	if e.redis(ctx, client) {
		return e.wechat(ctx, client)
	}
	return e.wechat(ctx, nil)
}

// secondFactors counts the township's people who sign in without a second proof.
func (e *exam) secondFactors(ctx context.Context) bool {
	var without int64
	err := e.store.DB(ctx).Model(&model.RoleGrant{}).
		Where("role = ? AND ended_at = 0 AND NOT EXISTS (SELECT 1 FROM second_factors f WHERE f.village_id = role_grants.village_id AND f.villager_id = role_grants.villager_id AND f.confirmed_at > 0)", model.RoleTownship).
		Count(&without).Error
	if err != nil {
		return e.ill("动态码", "没查成（先运行 server migrate）：%v", err)
	}
	if without > 0 {
		return e.ill("动态码", "镇上有%d个任职的人还没设动态码，请他们登录后台，照提示设好", without)
	}
	return e.well("动态码", "镇上的人都设了")
}

// calendar asks whether working days can be told: the State Council announces a
// year's holidays in the November before.
func (e *exam) calendar(context.Context) bool {
	now := e.store.Now()
	if year := now.Year(); !model.CalendarKnown(year) {
		return e.ill("节假日", "没有%d年的放假安排，工作日会算错，请升级程序", year)
	}
	if next := now.AddDate(0, 0, 14).Year(); !model.CalendarKnown(next) {
		return e.ill("节假日", "没有%d年的放假安排，年底前请升级程序", next)
	}
	return e.well("节假日", fmt.Sprintf("有%d年的放假安排", now.Year()))
}
