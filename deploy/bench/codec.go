package main

import (
	"context"
	"errors"
	"io"
	"net/http"

	"github.com/gin-gonic/gin"
	"github.com/silenceper/wechat/v2/cache"
	"github.com/silenceper/wechat/v2/officialaccount"
	"github.com/silenceper/wechat/v2/officialaccount/config"
	"github.com/silenceper/wechat/v2/officialaccount/message"

	"cunwu/wechat"
)

// fixedReply is what both sides answer.
const fixedReply = "已收到您的留言，编号#12，已转给村党支部书记张明，24小时内会联系您，5个工作日内答复。"

// codec compares what the two sides do with a callback before and after the use case.
func codec(ctx context.Context, b *bench) ([]line, error) {
	ours, err := b.startBaseline(ctx, baseOurCodec, "")
	if err != nil {
		return nil, err
	}
	theirs, err := b.startBaseline(ctx, baseSDKCodec, "")
	if err != nil {
		return nil, errors.Join(err, ours.stop())
	}
	platform, err := newPlatform()
	if err != nil {
		return nil, errors.Join(err, ours.stop(), theirs.stop())
	}
	round := func(p *process) side {
		return func(ctx context.Context) (sample, error) {
			l := load{senders: b.senders, span: b.span, requests: platform.texts(openIDs(2000), words), check: sealed}
			s, r, err := l.against(ctx, b, p)
			for _, a := range r.last {
				if text, wrong := platform.read(a); err == nil && (wrong != nil || text != fixedReply) {
					err = errors.Join(errors.New("a wrong answer: "+text), wrong)
				}
			}
			return s, err
		}
	}
	p, err := inTurn(ctx, b.count, round(ours), round(theirs))
	const base = "gin + silenceper, safe mode"
	lines := []line{p.faster("codec alone, requests/s", base, 2), p.cheaper("codec alone, CPU a request", base, 0.4), p.tail("codec alone, p99", base)}
	return lines, errors.Join(err, ours.stop(), theirs.stop())
}

// ourCodec is our door without what lies behind it.
func ourCodec() (http.Handler, error) {
	codec, err := wechat.NewCodec(wechat.Account{AppID: appID, Secret: appSecret, Token: token, AESKey: aesKey}, nil)
	if err != nil {
		return nil, err
	}
	engine := plainGin()
	engine.POST("/wechat/oa/:appid", func(c *gin.Context) {
		body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, 1<<20))
		if err != nil {
			c.Status(http.StatusBadRequest)
			return
		}
		in, err := codec.Decode(c.Request.URL.Query(), body)
		if err != nil {
			c.Status(http.StatusForbidden)
			return
		}
		answer, kind, err := codec.EncodeReply(in, wechat.Reply{Text: fixedReply})
		if err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		c.Data(http.StatusOK, kind, answer)
	})
	return engine, nil
}

// sdkCodec is what the SDK's readme shows. The SDK's root package is left out, and with it a log of
// every body on the terminal: that favours the SDK.
func sdkCodec() http.Handler {
	return sdkServer(func(*message.MixMessage) string { return fixedReply })
}

// sdkServer answers what the SDK hands over.
func sdkServer(answer func(*message.MixMessage) string) http.Handler {
	account := officialaccount.NewOfficialAccount(&config.Config{AppID: appID, AppSecret: appSecret, Token: token, EncodingAESKey: aesKey, Cache: cache.NewMemory()})
	engine := plainGin()
	engine.POST("/wechat/oa/:appid", func(c *gin.Context) {
		server := account.GetServer(c.Request, c.Writer)
		server.SetMessageHandler(func(in *message.MixMessage) *message.Reply {
			return &message.Reply{MsgType: message.MsgTypeText, MsgData: message.NewText(answer(in))}
		})
		if err := server.Serve(); err != nil {
			c.Status(http.StatusInternalServerError)
			return
		}
		if err := server.Send(); err != nil {
			c.Status(http.StatusInternalServerError)
		}
	})
	return engine
}

func plainGin() *gin.Engine {
	gin.SetMode(gin.ReleaseMode)
	return gin.New()
}
