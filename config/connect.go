package config

import (
	"crypto/tls"
	"errors"
	"net/url"
	"path"
	"strings"

	"github.com/go-sql-driver/mysql"
	"github.com/redis/go-redis/v9"
)

// Database is where the rows are: a driver (mysql or sqlite) and its DSN. For sqlite that is the
// file's absolute path; for mysql it is go-sql-driver's form, to which the store adds its own
// parameters.
type Database struct{ Driver, DSN string }

var (
	errDatabase = errors.New("请写成 mysql://用户:密码@tcp(主机:3306)/库名 或 sqlite:///绝对路径")
	errSQLite   = errors.New("请写成 sqlite:///绝对路径，例如 sqlite:///var/lib/cunwu/cunwu.db，后面不带参数")
	errCopy     = errors.New("只有 MySQL 有只读副本：DATABASE_URL 和它都要以 mysql:// 开头")
	errMySQL    = errors.New("主机要写在 tcp(…) 里：mysql://用户:密码@tcp(主机:3306)/库名")
)

// Database parses DatabaseURL. The driver's own errors are not passed on: they may quote a password.
func (c *Config) Database() (Database, error) {
	if dsn, ok := strings.CutPrefix(c.DatabaseURL, "mysql://"); ok {
		parsed, err := mysql.ParseDSN(dsn)
		if err != nil || parsed.User == "" || parsed.DBName == "" || !strings.Contains(dsn, "(") {
			return Database{}, errMySQL
		}
		return Database{Driver: "mysql", DSN: dsn}, nil
	}
	if file, ok := strings.CutPrefix(c.DatabaseURL, "sqlite://"); ok {
		if !strings.HasPrefix(file, "/") || strings.HasSuffix(file, "/") || strings.ContainsAny(file, "?#") {
			return Database{}, errSQLite
		}
		return Database{Driver: "sqlite", DSN: path.Clean(file)}, nil
	}
	return Database{}, errDatabase
}

// DatabaseCopy is where reads that may be late can go; an empty DSN: there is none.
func (c *Config) DatabaseCopy() (Database, error) {
	if c.DatabaseReadURL == "" {
		return Database{}, nil
	}
	where, err := (&Config{DatabaseURL: c.DatabaseReadURL}).Database()
	if own, _ := c.Database(); err == nil && (where.Driver != "mysql" || own.Driver != "mysql") {
		err = errCopy
	}
	return where, err
}

// Redis is either an embedded one or the options of a client: redis.NewUniversalClient makes of
// several addresses a cluster client, and of a MasterName one that asks Sentinels where it is.
type Redis struct {
	Embedded bool
	Options  *redis.UniversalOptions
}

var (
	errRedis        = errors.New("请写成 redis://[:密码@]主机:6379/0、rediss://…（加密）、逗号分隔的集群节点，或 embedded；密码里的特殊字符用 %XX 写")
	errRedisMaster  = errors.New("哨兵请写成 redis://[:密码@]哨兵1:26379/0?master=主库名，逗号分隔，每个地址都带同样的 master（哨兵自己也要同样的密码就再加 &auth=sentinel）")
	errRedisCluster = errors.New("集群的各个节点要用同样的 redis:// 或 rediss://、同样的用户和密码，且只能用 0 号库")
)

// Redis parses RedisURL.
func (c *Config) Redis() (Redis, error) {
	if c.RedisURL == "embedded" {
		return Redis{Embedded: true}, nil
	}
	var all *redis.UniversalOptions
	for _, address := range splitList(c.RedisURL) {
		one, err := redisOptions(address)
		if err != nil {
			return Redis{}, err
		}
		if all == nil {
			all = one
			continue
		}
		if one.MasterName != all.MasterName || one.SentinelPassword != all.SentinelPassword {
			return Redis{}, errRedisMaster
		}
		if one.Username != all.Username || one.Password != all.Password || one.DB != all.DB || one.DB != 0 && one.MasterName == "" || (one.TLSConfig == nil) != (all.TLSConfig == nil) {
			return Redis{}, errRedisCluster
		}
		all.Addrs = append(all.Addrs, one.Addrs...)
	}
	if all == nil {
		return Redis{}, errRedis
	}
	return Redis{Options: all}, nil
}

func redisOptions(address string) (*redis.UniversalOptions, error) {
	u, err := url.Parse(address)
	if err != nil || (u.Scheme != "redis" && u.Scheme != "rediss") || u.Hostname() == "" {
		return nil, errRedis
	}
	query := u.Query()
	u.RawQuery = ""
	o, err := redis.ParseURL(u.String())
	if err != nil {
		return nil, errRedis
	}
	all := &redis.UniversalOptions{Addrs: []string{o.Addr}, DB: o.DB, Username: o.Username, Password: o.Password}
	if u.Scheme == "rediss" {
		// No ServerName: each node of a cluster is checked against its own.
		all.TLSConfig = &tls.Config{MinVersion: tls.VersionTLS12}
	}
	return all, sentinels(all, query)
}

// sentinels reads what makes the addresses those of Sentinels: master=NAME, and auth=sentinel where
// these ask for the same user and password.
func sentinels(all *redis.UniversalOptions, query url.Values) error {
	if len(query) == 0 {
		return nil
	}
	all.MasterName = query.Get("master")
	switch {
	case len(query) == 1 && query.Has("master"):
	case len(query) == 2 && query.Get("auth") == "sentinel":
		all.SentinelUsername, all.SentinelPassword = all.Username, all.Password
	default:
		return errRedis
	}
	if all.MasterName == "" {
		return errRedisMaster
	}
	return nil
}
