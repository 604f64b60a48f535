// Package config is the one struct of settings. Defaults stand in it as tags; Load reads the
// environment and an optional YAML file over them, and reports everything that is wrong at once.
//
// Messages are Chinese, for the operator; variables keep their names.
package config

import (
	"log/slog"
	"time"
)

// Need says which groups of settings a command uses. Settings outside them are neither read nor
// checked, so that `migrate` runs in a container that was given no WeChat secrets.
type Need uint

// The groups.
const (
	NeedDatabase Need = 1 << iota
	NeedSecretKey
	NeedDataDir
	NeedRedis
	NeedHTTP
	NeedWeChat

	// NeedAll is what `serve` needs.
	NeedAll = NeedDatabase | NeedSecretKey | NeedDataDir | NeedRedis | NeedHTTP | NeedWeChat
)

// Config holds every setting. A field's tags are all there is to say about it:
//
//	env      the variable's name after CUNWU_; in YAML the same in lower case
//	need     the group; a field without one is always read
//	default  what holds when nothing is set
//	secret   "value" is never shown, "url" is shown without its password; both have a _FILE variant
//	about    what it is, for the operator
type Config struct {
	Addr           string        `env:"ADDR" need:"http" default:":8080" about:"监听的地址和端口"`
	BaseURL        string        `env:"BASE_URL" need:"http" about:"村民看到的网址，例如 https://cun.example.cn"`
	TrustedProxies []string      `env:"TRUSTED_PROXIES" need:"http" about:"前面的反向代理的地址或网段，逗号分隔；只信它们给的访客地址"`
	ShutdownGrace  time.Duration `env:"SHUTDOWN_GRACE" need:"http" default:"20s" about:"停机时最多等正在办的请求多久"`

	DatabaseURL     string `env:"DATABASE_URL" need:"database" secret:"url" about:"数据库：mysql://用户:密码@tcp(主机:3306)/库名 或 sqlite:///绝对路径"`
	DatabaseReadURL string `env:"DATABASE_READ_URL" need:"database" secret:"url" about:"数据库的只读副本，mysql://…，可以晚几秒；只用来给没登录的人看公开的页面，不填就都问 DATABASE_URL"`

	RedisURL      string   `env:"REDIS_URL" need:"redis" secret:"url" about:"redis://[:密码@]主机:6379/0、rediss://（加密）、逗号分隔的集群节点、redis://哨兵:26379/0?master=主库名（逗号分隔），或 embedded（一台小服务器，不装 Redis）"`
	SecretKey     []byte   `env:"SECRET_KEY" need:"secret" secret:"value" about:"总密钥：32 字节，base64；用 openssl rand -base64 32 生成，丢了就读不出已加密的身份证号和手机号"`
	OldSecretKeys [][]byte `env:"OLD_SECRET_KEYS" need:"secret" secret:"value" about:"旧的（或将要换上的）总密钥，逗号分隔，新的在前：它们还能读、还能找人，但不再用来写；换完运行 server keys reseal，之后可以去掉"`

	MediaURL       string `env:"MEDIA_URL" need:"data" about:"放语音、照片和文件的地方：file:///绝对路径 或 s3://桶名?endpoint=https://…&region=…（COS、OSS、MinIO）；不填就用 MEDIA_DIR"`
	MediaAccessKey string `env:"MEDIA_ACCESS_KEY" need:"data" secret:"value" about:"s3:// 的访问密钥编号（Access Key ID）"`
	MediaSecretKey string `env:"MEDIA_SECRET_KEY" need:"data" secret:"value" about:"s3:// 的访问密钥（Secret Access Key）"`

	MediaDir   string `env:"MEDIA_DIR" need:"data" about:"放语音和照片的文件夹，几台服务器要共用同一个；不填就在 DATA_DIR 下的 media"`
	Font       string `env:"FONT" need:"data" about:"做 PDF 和图片用的中文字体文件（.ttf，如 Debian 的 fonts-lxgw-wenkai）；不填就不出"`
	DataDir    string `env:"DATA_DIR" need:"data" default:"/var/lib/cunwu" about:"放暂存消息和上传文件的文件夹"`
	BackupDir  string `env:"BACKUP_DIR" need:"data" about:"backup.sh 放备份的文件夹；填了，server doctor 才看得到备份有多久了"`
	SpoolLimit int64  `env:"SPOOL_LIMIT" need:"data" default:"256MB" about:"数据库不在时，暂存消息最多占多少磁盘（KB、MB、GB）"`

	WeChatAPIURL string    `env:"WECHAT_API_URL" need:"wechat" default:"https://api.weixin.qq.com" about:"微信接口的地址"`
	Accounts     []Account `env:"OA_" need:"wechat"`
	Mini         Mini      `env:"MINI_" need:"wechat"`

	NoticeInterval time.Duration `env:"NOTICE_INTERVAL" need:"wechat" default:"2s" about:"多久看一次有没有要发的通知（平时有新通知会马上发）"`
	SweepInterval  time.Duration `env:"SWEEP_INTERVAL" need:"database" default:"30s" about:"多久看一次到期的事：催办、升级、投票截止"`
	LogLevel       slog.Level    `env:"LOG_LEVEL" default:"info" about:"日志的详细程度：debug、info、warn、error"`

	fromFile map[string]bool // which fields, by env tag, the YAML file gave; for naming them in messages
}

// Account is one official account. The CUNWU_OA_ variables are the first; the YAML file's
// `accounts` list adds more.
type Account struct {
	AppID                string   `env:"APP_ID" about:"公众号的 AppID"`
	Secret               string   `env:"APP_SECRET" secret:"value" about:"公众号的 AppSecret"`
	Token                string   `env:"TOKEN" secret:"value" about:"公众号「服务器配置」里的令牌"`
	AESKey               string   `env:"AES_KEY" secret:"value" about:"公众号「服务器配置」里的消息加解密密钥，43 个字符；请选安全模式"`
	Name                 string   `env:"NAME" about:"公众号的名称，给人看"`
	DefaultVillage       string   `env:"DEFAULT_VILLAGE" about:"没绑定的人发来消息，算哪个村的：村的代号；不填就问他"`
	TemplateID           string   `env:"TEMPLATE_ID" about:"发通知用的模板消息的模板编号"`
	SubscribeTemplateIDs []string `env:"SUBSCRIBE_TEMPLATE_IDS" about:"公众号一次性订阅通知的模板编号，逗号分隔"`

	label string // how messages name it: "accounts[1]."; empty: the CUNWU_OA_ variables
}

// Mini is the mini-program. A deployment without one leaves it empty.
type Mini struct {
	AppID                string   `env:"APP_ID" about:"小程序的 AppID；没有小程序就不填"`
	Secret               string   `env:"APP_SECRET" secret:"value" about:"小程序的 AppSecret"`
	Token                string   `env:"TOKEN" secret:"value" about:"小程序「消息推送」的令牌；和 AES_KEY 一起填或都不填"`
	AESKey               string   `env:"AES_KEY" secret:"value" about:"小程序「消息推送」的消息加密密钥，43 个字符"`
	SubscribeTemplateIDs []string `env:"SUBSCRIBE_TEMPLATE_IDS" about:"小程序订阅消息的模板编号，逗号分隔"`

	fromFile bool
}

// Enabled says whether there is a mini-program.
func (m Mini) Enabled() bool { return m.AppID != "" }

// Default is a Config with nothing but the defaults.
func Default() *Config {
	c := &Config{}
	for _, f := range fieldsOf(c, "") {
		if f.def != "" {
			_ = f.set(f.def) // a test sets every default
		}
	}
	return c
}
