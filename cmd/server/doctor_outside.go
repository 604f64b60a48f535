package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/redis/go-redis/v9"

	"cunwu/wechat"
)

// certificateLeft is when a certificate should have been renewed: Let's Encrypt's
// clients do it 30 days before the end.
const certificateLeft = 21 * 24 * time.Hour

func (e *exam) redis(ctx context.Context, client redis.UniversalClient) bool {
	if err := client.Ping(ctx).Err(); err != nil {
		return e.ill("Redis", "连不上，看它开了没有、CUNWU_REDIS_URL 对不对：%v", err)
	}
	info, err := client.Info(ctx, "persistence").Result()
	if err != nil {
		return e.ill("Redis", "问不到它存不存盘（要能用 INFO 命令）：%v", err)
	}
	if !strings.Contains(info, "aof_enabled:1") {
		return e.ill("Redis", "没开 appendonly，它一重启大家都要重新登录；请设 appendonly yes")
	}
	if strings.Contains(info, "aof_last_write_status:err") {
		return e.ill("Redis", "最近一次存盘失败了，看它的磁盘满没满")
	}
	return e.well("Redis", "连得上，也存盘")
}

// wechat gets a token for each account, shared with the servers where there is a
// Redis; without one stable_token gives the one that is valid, so that nobody's is
// made void.
func (e *exam) wechat(ctx context.Context, shared redis.UniversalClient) bool {
	all, err := newWeixin(e.cfg, shared, e.store.Now, slog.New(slog.NewTextHandler(io.Discard, nil)))
	if err != nil {
		return e.ill("微信", "%v", err)
	}
	good := true
	for _, appID := range slices.Sorted(maps.Keys(all.clients)) {
		if _, err := all.clients[appID].AccessToken(ctx); err != nil {
			good = e.ill("微信", "%s 取不到 access_token：%s（%v）", appID, tokenAdvice(err), err)
			continue
		}
		e.well("微信", appID+" 连得上，AppSecret 对")
	}
	return good
}

// tokenAdvice is by WeChat's errcodes of getStableAccessToken.
func tokenAdvice(err error) string {
	var api *wechat.APIError
	if !errors.As(err, &api) {
		return "看服务器能不能上网"
	}
	switch api.Code {
	case 0:
		return "连不上微信，看服务器能不能上网、CUNWU_WECHAT_API_URL 对不对"
	case 40164:
		return "这台服务器的 IP 不在白名单里，请在公众平台「IP 白名单」里加上"
	case 40013:
		return "AppID 不对"
	case 40125, 40001:
		return "AppSecret 不对，在公众平台重置过的要换上新的"
	case 45009:
		return "今天的次数用完了，看是不是有别的程序在用同一个号"
	case 50007:
		return "账号被冻结了，请到公众平台处理"
	}
	return "按微信说的处理"
}

// certificate looks at what a villager's phone is shown.
func (e *exam) certificate(ctx context.Context) bool {
	u, err := url.Parse(e.cfg.BaseURL)
	if err != nil {
		return e.ill("证书", "网址读不懂：%v", err)
	}
	if u.Scheme != "https" {
		return e.well("证书", "只在本机用，没有证书")
	}
	address := u.Host
	if u.Port() == "" {
		address = net.JoinHostPort(u.Hostname(), "443")
	}
	return e.shownCertificate(ctx, address, &tls.Config{ServerName: u.Hostname(), MinVersion: tls.VersionTLS12})
}

func (e *exam) shownCertificate(ctx context.Context, address string, trust *tls.Config) bool {
	conn, err := (&tls.Dialer{Config: trust}).DialContext(ctx, "tcp", address)
	if err != nil {
		var invalid *tls.CertificateVerificationError
		if errors.As(err, &invalid) {
			return e.ill("证书", "手机会说不安全：换一张正规的证书，中间证书也要配上（%v）", err)
		}
		return e.ill("证书", "连不上 %s，看反向代理开了没有：%v", address, err)
	}
	defer func() { _ = conn.Close() }()
	secured, ok := conn.(*tls.Conn)
	if !ok || len(secured.ConnectionState().PeerCertificates) == 0 {
		return e.ill("证书", "%s 没有给证书", address)
	}
	return e.judgeCertificate(secured.ConnectionState().PeerCertificates[0])
}

func (e *exam) judgeCertificate(shown *x509.Certificate) bool {
	left := time.Until(shown.NotAfter)
	days := int(left.Hours() / 24)
	if left < certificateLeft {
		return e.ill("证书", "还有%d天到期，请续期，并看自动续期为什么没做", days)
	}
	return e.well("证书", fmt.Sprintf("还有%d天到期", days))
}
