package media

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"path"
	"path/filepath"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

const (
	putTimeout    = 60 * time.Second
	removeTimeout = 10 * time.Second
	bucketTries   = 3
)

// Bucket is a Storage: a bucket of an S3-compatible store (COS, OSS, MinIO).
type Bucket struct {
	client *minio.Client
	name   string
	prefix string
}

// BucketOptions say where a bucket is.
type BucketOptions struct {
	Endpoint  string // https://cos.ap-shanghai.myqcloud.com
	Region    string
	Name      string
	Prefix    string // before every path; may be empty
	PathStyle bool   // the bucket stands in the path, not before the host: MinIO
	AccessKey string
	SecretKey string
}

// NewBucket makes the client; it asks the store nothing yet.
func NewBucket(o BucketOptions) (*Bucket, error) {
	u, err := url.Parse(o.Endpoint)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return nil, fmt.Errorf("the store's endpoint %q is no address", o.Endpoint)
	}
	lookup := minio.BucketLookupDNS
	if o.PathStyle {
		lookup = minio.BucketLookupPath
	}
	client, err := minio.New(u.Host, &minio.Options{
		Creds: credentials.NewStaticV4(o.AccessKey, o.SecretKey, ""), Secure: u.Scheme == "https",
		Region: o.Region, BucketLookup: lookup, MaxRetries: bucketTries,
	})
	if err != nil {
		return nil, err
	}
	return &Bucket{client: client, name: o.Name, prefix: o.Prefix}, nil
}

// key is the object's name for a path.
func (b *Bucket) key(at string) (string, error) {
	if !filepath.IsLocal(at) {
		return "", outside(at)
	}
	return strings.TrimPrefix(path.Join(b.prefix, filepath.ToSlash(at)), "/"), nil
}

// Put implements Storage. An S3 store shows an object whole or not at all. The
// body's MD5 stands among the signed headers: the streamed signatures and
// checksum trailers that clients use by default are unknown to COS and OSS.
func (b *Bucket) Put(ctx context.Context, at, contentType string, body []byte) error {
	key, err := b.key(at)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, putTimeout)
	defer cancel()
	_, err = b.client.PutObject(ctx, b.name, key, bytes.NewReader(body), int64(len(body)), minio.PutObjectOptions{
		ContentType: contentType, DisableContentSha256: true, SendContentMd5: true, DisableMultipart: true,
	})
	return b.explain(err)
}

// Open implements Storage.
func (b *Bucket) Open(ctx context.Context, at string) (io.ReadSeekCloser, error) {
	key, err := b.key(at)
	if err != nil {
		return nil, err
	}
	object, err := b.client.GetObject(ctx, b.name, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, b.explain(err)
	}
	if _, err := object.Stat(); err != nil { // the first call that is really made
		_ = object.Close()
		return nil, b.explain(err)
	}
	return object, nil
}

// Remove implements Storage.
func (b *Bucket) Remove(ctx context.Context, at string) error {
	key, err := b.key(at)
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, removeTimeout)
	defer cancel()
	return b.explain(b.client.RemoveObject(ctx, b.name, key, minio.RemoveObjectOptions{}))
}

// explain says which object a store has not, in the terms of files.
func (b *Bucket) explain(err error) error {
	if err == nil {
		return nil
	}
	if minio.ToErrorResponse(err).Code == minio.NoSuchKey {
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return fmt.Errorf("the bucket %s: %w", b.name, err)
}
