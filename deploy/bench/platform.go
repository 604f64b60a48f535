package main

import (
	"crypto/rand"
	"fmt"
	"strconv"
	"time"

	"cunwu/wechat"
)

// The account, as ours and the baselines know it.
const (
	appID     = "wx1234567890abcdef"
	appSecret = "0123456789abcdef0123456789abcdef"
	token     = "tokenOfTheBench"
	aesKey    = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQ"
	original  = "gh_0123456789ab"
)

// Paths: ours has one for each account.
const callbackPath = "/wechat/oa/" + appID

// words are what a villager writes: a new matter, no danger, nobody accused.
const words = "我家门口的路灯坏了三天了，晚上看不清路，请村里派人来看看"

// platform writes callbacks as WeChat sends them to an account in safe mode.
type platform struct {
	crypter *wechat.Crypter
	last    int64 // MsgId
}

func newPlatform() (*platform, error) {
	crypter, err := wechat.NewCrypter(appID, token, aesKey)
	// A run must not meet the MsgIds of an earlier one.
	return &platform{crypter: crypter, last: time.Now().UnixNano()}, err
}

// text is a text message as WeChat writes it.
func (p *platform) text(openID, content string) []byte {
	p.last++
	return fmt.Appendf(nil, "<xml><ToUserName><![CDATA[%s]]></ToUserName><FromUserName><![CDATA[%s]]></FromUserName><CreateTime>%d</CreateTime>"+
		"<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[%s]]></Content><MsgId>%d</MsgId></xml>", original, openID, time.Now().Unix(), content, p.last)
}

// key is how the server names the delivery of the last text.
func (p *platform) key() string { return fmt.Sprintf("m:%d", p.last) }

// request is a whole HTTP request that delivers the message now.
func (p *platform) request(openID string, message []byte) []byte {
	return p.requestAt(time.Now(), openID, message)
}

// requestAt is a request that WeChat signed at this time.
func (p *platform) requestAt(at time.Time, openID string, message []byte) []byte {
	var random [16]byte
	_, _ = rand.Read(random[:]) // never fails
	encrypt := p.crypter.Seal(random, message)
	timestamp, nonce := strconv.FormatInt(at.Unix(), 10), strconv.FormatInt(p.last%1e10, 10)
	body := fmt.Sprintf("<xml><ToUserName><![CDATA[%s]]></ToUserName><Encrypt><![CDATA[%s]]></Encrypt></xml>", original, encrypt)
	return fmt.Appendf(nil, "POST %s?signature=%s&timestamp=%s&nonce=%s&openid=%s&encrypt_type=aes&msg_signature=%s HTTP/1.1\r\n"+
		"Host: bench\r\nUser-Agent: Mozilla/4.0\r\nAccept: */*\r\nContent-Type: text/xml\r\nContent-Length: %d\r\n\r\n%s",
		callbackPath, wechat.Sign(token, timestamp, nonce), timestamp, nonce, openID, p.crypter.Signature(timestamp, nonce, encrypt), len(body), body)
}

// texts are one message from each sender.
func (p *platform) texts(openIDs []string, content string) [][]byte {
	all := make([][]byte, len(openIDs))
	for i, openID := range openIDs {
		all[i] = p.request(openID, p.text(openID, content))
	}
	return all
}
