package main

import (
	"context"
	"errors"
	"net/http"
	"os"

	"github.com/alicebob/miniredis/v2"
	"github.com/gin-gonic/gin"
	"github.com/ncruces/go-sqlite3/gormlite"
	"github.com/redis/go-redis/v9"
	"gorm.io/gorm"
)

// newSkeleton is gin, gorm on SQLite and a Redis within the process, each used once: what any server
// of this kind holds before it does anything of its own.
func newSkeleton(ctx context.Context) (http.Handler, error) {
	file := os.Getenv("BENCH_DSN")
	if file == "" {
		return nil, errors.New("BENCH_DSN names no file")
	}
	db, err := gorm.Open(gormlite.Open("file:"+file+"?_pragma=journal_mode(wal)"), &gorm.Config{})
	if err != nil {
		return nil, err
	}
	if err := errors.Join(db.AutoMigrate(&Message{}), db.Create(&Message{Content: fixedReply}).Error); err != nil {
		return nil, err
	}
	server := miniredis.NewMiniRedis()
	if err := server.Start(); err != nil {
		return nil, err
	}
	client := redis.NewClient(&redis.Options{Addr: server.Addr()})
	if err := client.Set(ctx, "a", fixedReply, 0).Err(); err != nil {
		return nil, err
	}
	engine := plainGin()
	engine.GET("/", func(c *gin.Context) { c.String(http.StatusOK, "%v", client.Ping(c.Request.Context()).Val()) })
	return engine, nil
}
