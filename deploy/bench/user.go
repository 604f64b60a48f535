package main

import (
	"net/http"
	"time"

	"github.com/silenceper/wechat/v2/officialaccount/message"
	"gorm.io/driver/mysql"
	"gorm.io/gorm"
)

// Message is the one row that a user of the SDK and gorm would keep today.
type Message struct {
	ID        uint
	MsgID     int64  `gorm:"index"`
	OpenID    string `gorm:"size:64;index"`
	Content   string `gorm:"type:text"`
	CreatedAt time.Time
}

// newUser is gin + the SDK + gorm as it comes. Its pool is made as large as the load, since gorm's own
// (2 idle connections) would spend its time in connecting: that favours it.
func newUser(dsn string) (http.Handler, error) {
	db, err := gorm.Open(mysql.Open(dsn+"?charset=utf8mb4&parseTime=True&loc=Local"), &gorm.Config{})
	if err != nil {
		return nil, err
	}
	if err := db.AutoMigrate(&Message{}); err != nil {
		return nil, err
	}
	pool, err := db.DB()
	if err != nil {
		return nil, err
	}
	pool.SetMaxOpenConns(64)
	pool.SetMaxIdleConns(64)
	return sdkServer(func(in *message.MixMessage) string {
		row := Message{MsgID: in.MsgID, OpenID: string(in.FromUserName), Content: in.Content}
		if err := db.Create(&row).Error; err != nil {
			return "出错了"
		}
		return fixedReply
	}), nil
}
