package config

import (
	"bytes"
	"encoding/base64"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// Validate checks a Config that was made by hand as Load checks what it read.
func (c *Config) Validate(needs ...Need) error {
	var p problems
	c.check(join(needs), &p)
	return p.err()
}

const missing = "没有设置。"

func (c *Config) check(need Need, p *problems) {
	if need&NeedHTTP != 0 {
		c.checkHTTP(p)
	}
	if need&NeedDatabase != 0 {
		c.checkDatabase(p)
	}
	if need&NeedRedis != 0 {
		c.checkRedis(p)
	}
	if need&NeedSecretKey != 0 {
		c.checkKeys(p)
	}
	if need&NeedDataDir != 0 {
		c.checkDataDir(p)
		c.checkMedia(p)
	}
	if need&NeedWeChat != 0 {
		c.checkWeChat(p)
	}
}

// name is how a message calls a field of Config: its variable, or its key if the file gave it.
func (c *Config) name(tag string) string {
	if c.fromFile[tag] {
		return inFile(strings.ToLower(tag))
	}
	return envPrefix + tag
}

func (c *Config) checkHTTP(p *problems) {
	_, port, err := net.SplitHostPort(c.Addr)
	if n, bad := strconv.ParseUint(port, 10, 16); err != nil || bad != nil || n == 0 && port != "0" {
		p.add(c.name("ADDR"), "请写成 主机:端口 或 :端口，例如 :8080")
	}
	switch {
	case c.BaseURL == "":
		p.add(c.name("BASE_URL"), missing+"请填村民看到的网址，例如 https://cun.example.cn")
	case !isSecureURL(c.BaseURL):
		p.add(c.name("BASE_URL"), "要以 https:// 开头（只有本机地址可以用 http://），只写到域名和端口，例如 https://cun.example.cn")
	}
	for _, proxy := range c.TrustedProxies {
		if _, err := netip.ParsePrefix(proxy); err == nil {
			continue
		}
		if _, err := netip.ParseAddr(proxy); err != nil {
			p.add(c.name("TRUSTED_PROXIES"), "请写 IP 地址或网段，例如 127.0.0.1 或 10.0.0.0/8")
		}
	}
	checkRange(p, c.name("SHUTDOWN_GRACE"), c.ShutdownGrace, time.Second, 5*time.Minute)
}

// isSecureURL takes https://host[:port] without a path, and http only where it can't leave the machine.
func isSecureURL(text string) bool {
	u, err := url.Parse(text)
	if err != nil || u.Hostname() == "" || u.User != nil || u.Path != "" || u.RawQuery != "" || u.Fragment != "" {
		return false
	}
	return u.Scheme == "https" || u.Scheme == "http" && isLoopback(u.Hostname())
}

func isLoopback(host string) bool {
	ip, err := netip.ParseAddr(host)
	return host == "localhost" || err == nil && ip.IsLoopback()
}

func checkRange(p *problems, name string, d, low, high time.Duration) {
	if d < low || d > high {
		p.add(name, "要在 %s 到 %s 之间", low, high)
	}
}

func (c *Config) checkDatabase(p *problems) {
	if c.DatabaseURL == "" {
		p.add(c.name("DATABASE_URL"), missing+"%v", errDatabase)
	} else if _, err := c.Database(); err != nil {
		p.add(c.name("DATABASE_URL"), "%v", err)
	}
	if _, err := c.DatabaseCopy(); err != nil {
		p.add(c.name("DATABASE_READ_URL"), "%v", err)
	}
	checkRange(p, c.name("SWEEP_INTERVAL"), c.SweepInterval, time.Second, 10*time.Minute)
}

func (c *Config) checkRedis(p *problems) {
	if c.RedisURL == "" {
		p.add(c.name("REDIS_URL"), missing+"%v", errRedis)
	} else if _, err := c.Redis(); err != nil {
		p.add(c.name("REDIS_URL"), "%v", err)
	}
}

const (
	keySize = 32
	makeKey = "请用 openssl rand -base64 32 生成"
)

func (c *Config) checkKeys(p *problems) {
	name, oldName := c.name("SECRET_KEY"), c.name("OLD_SECRET_KEYS")
	if len(c.SecretKey) == 0 {
		p.add(name, missing+makeKey)
	} else {
		checkKey(p, name, c.SecretKey)
	}
	for i, old := range c.OldSecretKeys {
		checkKey(p, oldName, old)
		for _, other := range append([][]byte{c.SecretKey}, c.OldSecretKeys[:i]...) {
			if bytes.Equal(old, other) {
				p.add(oldName, "有一个和 SECRET_KEY 或另一个旧密钥相同。SECRET_KEY 填新的，这里只填换下来的")
			}
		}
	}
}

func checkKey(p *problems, name string, key []byte) {
	if len(key) != keySize {
		p.add(name, "解码后是 %d 字节，要正好 %d 字节。"+makeKey, len(key), keySize)
	} else if bytes.Count(key, key[:1]) == keySize {
		p.add(name, "每个字节都一样，谁都猜得到。"+makeKey)
	}
}

func (c *Config) checkDataDir(p *problems) {
	if !filepath.IsAbs(c.DataDir) {
		p.add(c.name("DATA_DIR"), "请写绝对路径，例如 /var/lib/cunwu")
	} else if info, err := os.Stat(c.DataDir); err == nil && !info.IsDir() {
		p.add(c.name("DATA_DIR"), "%s 不是文件夹", c.DataDir)
	}
	if c.BackupDir != "" && !filepath.IsAbs(c.BackupDir) {
		p.add(c.name("BACKUP_DIR"), "请写绝对路径，例如 /var/backups/cunwu")
	}
	if c.SpoolLimit < 1<<20 {
		p.add(c.name("SPOOL_LIMIT"), "至少要 1MB")
	}
}

func (c *Config) checkWeChat(p *problems) {
	if !isSecureURL(c.WeChatAPIURL) {
		p.add(c.name("WECHAT_API_URL"), "要以 https:// 开头（只有本机地址可以用 http://），不带路径")
	}
	checkRange(p, c.name("NOTICE_INTERVAL"), c.NoticeInterval, 100*time.Millisecond, 5*time.Minute)
	if len(c.Accounts) == 0 {
		p.add("CUNWU_OA_APP_ID", missing+"至少要有一个公众号：请填 CUNWU_OA_APP_ID、CUNWU_OA_APP_SECRET、CUNWU_OA_TOKEN、CUNWU_OA_AES_KEY，在公众平台「设置与开发」里能找到")
	}
	seen := map[string]bool{c.Mini.AppID: c.Mini.Enabled()}
	for _, a := range c.Accounts {
		a.check(p)
		if seen[a.AppID] {
			p.add(a.name("APP_ID"), "%s 重复了，每个公众号和小程序只写一次", a.AppID)
		}
		seen[a.AppID] = a.AppID != ""
	}
	c.Mini.check(p)
}

// WeChat's own rules, taken loosely where a simulator may differ: an AppID becomes part of a path.
var (
	appIDPattern = regexp.MustCompile(`^[A-Za-z0-9_-]{4,64}$`)
	tokenPattern = regexp.MustCompile(`^[A-Za-z0-9]{3,32}$`)
)

func (a Account) name(tag string) string {
	if a.label != "" {
		return inFile(a.label + strings.ToLower(tag))
	}
	return envPrefix + "OA_" + tag
}

func (a Account) check(p *problems) {
	checkApp(p, a.name, a.AppID, a.Secret)
	checkPush(p, a.name, a.Token, a.AESKey)
}

func (m Mini) name(tag string) string {
	if m.fromFile {
		return inFile("mini." + strings.ToLower(tag))
	}
	return envPrefix + "MINI_" + tag
}

func (m Mini) check(p *problems) {
	push := m.Token != "" || m.AESKey != ""
	if m.AppID == "" && m.Secret == "" && !push && len(m.SubscribeTemplateIDs) == 0 {
		return
	}
	checkApp(p, m.name, m.AppID, m.Secret)
	if push {
		checkPush(p, m.name, m.Token, m.AESKey)
	}
}

func checkApp(p *problems, name func(string) string, appID, secret string) {
	if appID == "" {
		p.add(name("APP_ID"), missing+"在公众平台「设置与开发」里能找到")
	} else if !appIDPattern.MatchString(appID) {
		p.add(name("APP_ID"), "不像 AppID，它以 wx 开头，共 18 个字母和数字")
	}
	if secret == "" {
		p.add(name("APP_SECRET"), missing+"在公众平台「设置与开发」里能找到，只显示一次")
	} else if strings.ContainsAny(secret, " \t\r\n") {
		p.add(name("APP_SECRET"), "里面有空格或换行，请重新复制")
	}
}

func checkPush(p *problems, name func(string) string, token, aesKey string) {
	if token == "" {
		p.add(name("TOKEN"), missing+"要和公众平台上填的令牌一样")
	} else if !tokenPattern.MatchString(token) {
		p.add(name("TOKEN"), "要是 3 到 32 个字母或数字，和公众平台上填的一样")
	}
	if aesKey == "" {
		p.add(name("AES_KEY"), missing+"要和公众平台上的消息加解密密钥一样")
	} else if key, err := base64.StdEncoding.DecodeString(aesKey + "="); err != nil || len(key) != keySize {
		p.add(name("AES_KEY"), "要是 43 个字母或数字，和公众平台上的消息加解密密钥一样")
	}
}
