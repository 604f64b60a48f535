package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"
)

const (
	spareDisk = 1 << 30        // beyond the spool's limit
	backupAge = 26 * time.Hour // a daily one, and two hours for being late
)

// folders are where deliveries wait when the database is away, and where uploads lie.
func (e *exam) folders(context.Context) bool {
	all := e.folder("数据文件夹", e.cfg.DataDir)
	spool := filepath.Join(e.cfg.DataDir, "spool")
	if _, err := os.Stat(spool); err == nil { // the server makes it
		all = e.folder("暂存文件夹", spool) && all
	}
	return all
}

func (e *exam) folder(what, dir string) bool {
	if err := tryWriting(dir); err != nil {
		return e.ill(what, "%s 写不进去，请建好并交给运行程序的用户（chown）：%v", dir, err)
	}
	free, ok := freeSpace(dir)
	if !ok {
		return e.well(what, dir+" 写得进去（这种系统上看不到还剩多少）")
	}
	return e.judgeSpace(what, dir, free)
}

func (e *exam) judgeSpace(what, dir string, free int64) bool {
	if need := e.cfg.SpoolLimit + spareDisk; free < need {
		return e.ill(what, "%s 只剩 %d MB，至少要 %d MB，请清理或换大的盘", dir, free>>20, need>>20)
	}
	return e.well(what, fmt.Sprintf("%s 写得进去，还剩 %d GB", dir, free>>30))
}

func tryWriting(dir string) error {
	f, err := os.CreateTemp(dir, ".doctor-*")
	if err != nil {
		return err
	}
	_, err = f.WriteString("ok")
	return errors.Join(err, f.Sync(), f.Close(), os.Remove(f.Name()))
}

// backups tells the age of the newest by its name, which backup.sh gives it: a copy
// may have a younger date.
func (e *exam) backups(context.Context) bool {
	const what = "备份"
	if e.cfg.BackupDir == "" {
		return e.ill(what, "没有设 CUNWU_BACKUP_DIR：请每天运行 backup.sh（见 README），把它写的文件夹填上")
	}
	found, err := os.ReadDir(e.cfg.BackupDir)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return e.ill(what, "%s 读不了：%v", e.cfg.BackupDir, err)
	}
	newest, made := "", time.Time{}
	for _, f := range found {
		if at, ok := backupMade(f.Name()); ok && at.After(made) {
			newest, made = f.Name(), at
		}
	}
	old := e.store.Now().Sub(made)
	switch {
	case newest == "":
		return e.ill(what, "%s 里一份也没有，请运行 backup.sh，并放进每天的定时任务", e.cfg.BackupDir)
	case old > backupAge:
		return e.ill(what, "最新的一份是%d小时前的，看每天的定时任务为什么没做", int(old.Hours()))
	case !strings.HasSuffix(newest, ".age"):
		return e.ill(what, "最新的一份没有加密，里面有村民的个人信息：backup.sh 请加 --encrypt-to（见 README）")
	}
	return e.well(what, fmt.Sprintf("最新的一份是%d小时前的，加了密", int(old.Hours())))
}

func backupMade(name string) (time.Time, bool) {
	stamp, ok := strings.CutPrefix(strings.TrimSuffix(name, ".age"), "cunwu-")
	if !ok {
		return time.Time{}, false
	}
	at, err := time.Parse("20060102T150405Z.tar", stamp)
	return at, err == nil
}
