package config

import (
	"errors"
	"net/url"
	"path"
	"regexp"
	"strings"
)

// Media is where voices, pictures and other files are kept: a folder, or a bucket
// of an S3-compatible store.
type Media struct {
	Dir string // empty: a bucket

	Bucket    string
	Endpoint  string // https://cos.ap-shanghai.myqcloud.com
	Region    string
	Prefix    string // before the names of all objects
	PathStyle bool   // the bucket stands in the path: MinIO
}

var (
	errMedia  = errors.New("请写成 file:///绝对路径 或 s3://桶名?endpoint=https://…&region=…")
	errBucket = errors.New("请写成 s3://桶名?endpoint=https://…&region=…，可以加 prefix=文件夹、style=path（MinIO）或 style=host；endpoint 要用 https://（只有本机地址可以用 http://）")
	errKeys   = errors.New("用 s3:// 时要设置")
)

// A bucket's name by the strictest rules of the stores (S3, COS, OSS).
var bucketPattern = regexp.MustCompile(`^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$`)

// Media parses MediaURL; without one it is MediaDir, or a folder below DataDir.
func (c *Config) Media() (Media, error) {
	if c.MediaURL == "" {
		if c.MediaDir != "" {
			return Media{Dir: c.MediaDir}, nil
		}
		return Media{Dir: path.Join(c.DataDir, "media")}, nil
	}
	if dir, ok := strings.CutPrefix(c.MediaURL, "file://"); ok {
		if !path.IsAbs(dir) || strings.ContainsAny(dir, "?#") {
			return Media{}, errMedia
		}
		return Media{Dir: path.Clean(dir)}, nil
	}
	u, err := url.Parse(c.MediaURL)
	if err != nil || u.Scheme != "s3" || u.User != nil {
		return Media{}, errMedia
	}
	return bucketOf(u)
}

func bucketOf(u *url.URL) (Media, error) {
	q, err := url.ParseQuery(u.RawQuery)
	if err != nil || !bucketPattern.MatchString(u.Host) || u.Path != "" && u.Path != "/" || u.Fragment != "" {
		return Media{}, errBucket
	}
	for name, values := range q {
		if len(values) != 1 || name != "endpoint" && name != "region" && name != "prefix" && name != "style" {
			return Media{}, errBucket
		}
	}
	m := Media{Bucket: u.Host, Endpoint: strings.TrimRight(q.Get("endpoint"), "/"), Region: q.Get("region"), Prefix: strings.Trim(q.Get("prefix"), "/")}
	if !isSecureURL(m.Endpoint) || strings.Contains("/"+m.Prefix+"/", "/../") {
		return Media{}, errBucket
	}
	switch q.Get("style") {
	case "path":
		m.PathStyle = true
	case "":
		m.PathStyle = !hostStyle(m.Endpoint)
	case "host":
	default:
		return Media{}, errBucket
	}
	return m, nil
}

// hostStyle says whether a store wants its buckets before the host: the clouds do,
// and some refuse the other way.
func hostStyle(endpoint string) bool {
	u, err := url.Parse(endpoint)
	if err != nil {
		return false
	}
	for _, cloud := range []string{".myqcloud.com", ".aliyuncs.com", ".amazonaws.com", ".amazonaws.com.cn", ".myhuaweicloud.com"} {
		if strings.HasSuffix(u.Hostname(), cloud) {
			return true
		}
	}
	return false
}

func (c *Config) checkMedia(p *problems) {
	media, err := c.Media()
	switch {
	case err != nil:
		p.add(c.name("MEDIA_URL"), "%v", err)
		return
	case c.MediaURL != "" && c.MediaDir != "":
		p.add(c.name("MEDIA_DIR"), "和 MEDIA_URL 只能设置一个")
	case media.Dir != "":
		return
	}
	if c.MediaAccessKey == "" {
		p.add(c.name("MEDIA_ACCESS_KEY"), "%v", errKeys)
	}
	if c.MediaSecretKey == "" {
		p.add(c.name("MEDIA_SECRET_KEY"), "%v", errKeys)
	}
}
