package config_test

import (
	"strings"
	"testing"

	"cunwu/config"
)

func TestWhereFilesAreKept(t *testing.T) {
	keys := map[string]string{"CUNWU_MEDIA_ACCESS_KEY": "AK", "CUNWU_MEDIA_SECRET_KEY": "hunter2"}
	for name, tt := range map[string]struct {
		env  map[string]string
		want config.Media
	}{
		"nothing set": {nil, config.Media{Dir: "/var/lib/cunwu/media"}},
		"a folder":    {map[string]string{"CUNWU_MEDIA_DIR": "/mnt/media"}, config.Media{Dir: "/mnt/media"}},
		"file":        {map[string]string{"CUNWU_MEDIA_URL": "file:///mnt/media/"}, config.Media{Dir: "/mnt/media"}},
		"COS": {map[string]string{"CUNWU_MEDIA_URL": "s3://yunxi-125000?endpoint=https://cos.ap-shanghai.myqcloud.com&region=ap-shanghai"},
			config.Media{Bucket: "yunxi-125000", Endpoint: "https://cos.ap-shanghai.myqcloud.com", Region: "ap-shanghai"}},
		"MinIO": {map[string]string{"CUNWU_MEDIA_URL": "s3://yunxi?endpoint=https://minio.example.cn:9000/&prefix=/a/b/"},
			config.Media{Bucket: "yunxi", Endpoint: "https://minio.example.cn:9000", Prefix: "a/b", PathStyle: true}},
		"by choice": {map[string]string{"CUNWU_MEDIA_URL": "s3://yunxi?endpoint=http://127.0.0.1:9000&style=host"},
			config.Media{Bucket: "yunxi", Endpoint: "http://127.0.0.1:9000"}},
	} {
		t.Run(name, func(t *testing.T) {
			env := map[string]string{}
			for _, more := range []map[string]string{keys, tt.env} {
				for k, v := range more {
					env[k] = v
				}
			}
			c, err := config.Load("", good(env))
			if err != nil {
				t.Fatal(err)
			}
			if got, err := c.Media(); err != nil || got != tt.want {
				t.Errorf("%+v, %v", got, err)
			}
			if strings.Contains(c.String(), "hunter2") {
				t.Error("the key is shown")
			}
		})
	}
}

func TestABucketNeedsItsKeysAndNoFolder(t *testing.T) {
	_, err := config.Load("", good(map[string]string{"CUNWU_MEDIA_URL": "s3://yunxi?endpoint=https://s3.example.cn", "CUNWU_MEDIA_DIR": "/mnt"}))
	have := problemsOf(t, err)
	for variable, says := range map[string]string{"CUNWU_MEDIA_ACCESS_KEY": "s3://", "CUNWU_MEDIA_SECRET_KEY": "s3://", "CUNWU_MEDIA_DIR": "只能设置一个"} {
		if !strings.Contains(have[variable], says) {
			t.Errorf("%s: %v", variable, have)
		}
	}
	if len(have) != 3 {
		t.Errorf("%v", have)
	}
}
