package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"cunwu/model"
)

// clockApart is how far this machine's clock may be from the database's: WeChat's
// deliveries are refused when ours is 10 minutes off.
const clockApart = 30 * time.Second

func (e *exam) database(ctx context.Context) bool {
	if err := e.store.Ping(ctx); err != nil {
		return e.ill("数据库", "连不上，看它开了没有、CUNWU_DATABASE_URL 对不对：%v", err)
	}
	return e.well("数据库", "连得上（"+e.store.Dialect()+"）")
}

func (e *exam) schema(ctx context.Context) bool {
	err := e.store.Migrated(ctx)
	if errors.Is(err, model.ErrNewerSchema) {
		return e.ill("数据库表", "比这个程序新，请换上新的程序")
	}
	if err != nil {
		return e.ill("数据库表", "比这个程序旧，请运行 server migrate（%v）", err)
	}
	return e.well("数据库表", "和程序一致")
}

func (e *exam) clock(ctx context.Context) bool {
	if e.store.Dialect() == model.SQLite {
		return e.well("时钟", "数据库和程序在同一台机器上")
	}
	offset, err := e.store.MeasureOffset(ctx)
	if err != nil {
		return e.ill("时钟", "问不到数据库的时间：%v", err)
	}
	return e.judgeClock(offset)
}

func (e *exam) judgeClock(offset time.Duration) bool {
	if offset.Abs() > clockApart {
		return e.ill("时钟", "本机和数据库差 %s，请在两边都打开自动对时（timedatectl set-ntp true）", offset.Abs().Round(time.Second))
	}
	return e.well("时钟", fmt.Sprintf("和数据库差 %d 毫秒", offset.Abs().Milliseconds()))
}

// durability asks whether what was acknowledged survives a power cut.
func (e *exam) durability(ctx context.Context) bool {
	db, err := e.store.SQL()
	if err != nil {
		return e.ill("断电不丢", "%v", err)
	}
	if e.store.Dialect() == model.SQLite {
		return e.sqliteDurability(ctx, db)
	}
	return e.mysqlDurability(ctx, db)
}

func (e *exam) sqliteDurability(ctx context.Context, db *sql.DB) bool {
	var journal string
	var synchronous int
	err := errors.Join(db.QueryRowContext(ctx, "PRAGMA journal_mode").Scan(&journal), db.QueryRowContext(ctx, "PRAGMA synchronous").Scan(&synchronous))
	if err != nil {
		return e.ill("断电不丢", "查不到 SQLite 的设置：%v", err)
	}
	if journal != "wal" || synchronous < 2 {
		return e.ill("断电不丢", "SQLite 的 journal_mode 是 %s、synchronous 是 %d，要 wal 和 2；数据库文件不能放在网络盘上", journal, synchronous)
	}
	return e.well("断电不丢", "SQLite：wal，每次提交都落盘")
}

// mysqlDurability wants the redo log and the binary log on disk at each commit; the
// binary log is what a restore to a moment is made from.
func (e *exam) mysqlDurability(ctx context.Context, db *sql.DB) bool {
	have := map[string]string{}
	for _, name := range []string{"innodb_flush_log_at_trx_commit", "sync_binlog", "log_bin", "innodb_doublewrite"} {
		var value string
		if err := db.QueryRowContext(ctx, "SELECT CAST(@@GLOBAL."+name+" AS CHAR)").Scan(&value); err != nil {
			return e.ill("断电不丢", "查不到数据库的设置 %s：%v", name, err)
		}
		have[name] = strings.ToUpper(value)
	}
	return e.judgeMySQL(have)
}

func (e *exam) judgeMySQL(have map[string]string) bool {
	all := true
	if v := have["innodb_flush_log_at_trx_commit"]; v != "1" {
		all = e.ill("断电不丢", "innodb_flush_log_at_trx_commit 是 %s，断电会丢已经答应的事，请在数据库的配置里改成 1", v)
	}
	if v := have["innodb_doublewrite"]; v == "0" || v == "OFF" {
		all = e.ill("断电不丢", "innodb_doublewrite 关着，断电可能坏页，请打开")
	}
	if v := have["log_bin"]; v != "1" && v != "ON" {
		return e.ill("二进制日志", "没开，恢复时只能回到上一次备份；请在数据库的配置里加 log_bin、sync_binlog=1，重启数据库")
	}
	if v := have["sync_binlog"]; v != "1" {
		return e.ill("二进制日志", "sync_binlog 是 %s，断电会少一截，请改成 1", v)
	}
	if !all {
		return false
	}
	return e.well("断电不丢", "每次提交都落盘，二进制日志开着")
}
