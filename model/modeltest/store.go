// Package modeltest gives tests a real database of their own and a clock that
// stands where it is put.
package modeltest

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
)

// Clock is a clock that tests set.
type Clock struct {
	mu sync.Mutex
	at time.Time
}

// NewClock stands at Wednesday, 2026-03-04, 09:00 in the village.
func NewClock() *Clock {
	return &Clock{at: time.Date(2026, 3, 4, 9, 0, 0, 0, model.Shanghai)}
}

// Now tells the time that was set.
func (c *Clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.at
}

// Advance moves the clock on.
func (c *Clock) Advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = c.at.Add(d)
}

// Set puts the clock to t.
func (c *Clock) Set(t time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.at = t
}

// NewStore opens a fresh, migrated database that lives as long as the test: an
// SQLite file, or a MySQL database when TEST_MYSQL_DSN names a server. With
// TEST_CONFLICTS=1/7 one try of a transaction in seven fails as if by a conflict.
func NewStore(t testing.TB, now model.Now) *model.Store {
	t.Helper()
	return NewStoreWith(t, now, conflictsAsked(t)...)
}

// NewStoreWith is NewStore with plugins of the caller's.
func NewStoreWith(t testing.TB, now model.Now, plugins ...gorm.Plugin) *model.Store {
	t.Helper()
	dialect, dsn := NewDatabase(t)
	store := open(t, dialect, dsn, now, plugins)
	if _, err := store.Migrate(context.Background()); err != nil {
		t.Fatal(err)
	}
	return store
}

// OpenStore opens a database of NewDatabase, or a copy of one, as NewStore does.
func OpenStore(t testing.TB, dialect, dsn string, now model.Now) *model.Store {
	t.Helper()
	return open(t, dialect, dsn, now, conflictsAsked(t))
}

func open(t testing.TB, dialect, dsn string, now model.Now, plugins []gorm.Plugin) *model.Store {
	t.Helper()
	store, err := model.Open(model.OpenOptions{Dialect: dialect, DSN: dsn, Now: now, Pool: 8, Plugins: plugins})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = store.Close() })
	return store
}

// NewDatabase makes the migrated database of a test and says where it is: an
// SQLite file, or a MySQL database.
func NewDatabase(t testing.TB) (dialect, dsn string) {
	t.Helper()
	if server := strings.TrimRight(os.Getenv("TEST_MYSQL_DSN"), "/"); server != "" {
		return model.MySQL, borrow(t, server)
	}
	return model.SQLite, copyTemplate(t)
}

// template is the migrated SQLite file, made once a test program.
//
//nolint:gochecknoglobals // once a process is what it is for
var template = sync.OnceValues(func() ([]byte, error) {
	dir, err := os.MkdirTemp("", "cunwu-template")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	path := filepath.Join(dir, "template.db")
	store, err := model.Open(model.OpenOptions{Dialect: model.SQLite, DSN: path})
	if err != nil {
		return nil, err
	}
	if _, err = store.Migrate(context.Background()); err != nil {
		return nil, err
	}
	if err = store.Close(); err != nil {
		return nil, err
	}
	return os.ReadFile(path) //nolint:gosec // our own file
})

func copyTemplate(t testing.TB) string {
	t.Helper()
	content, err := template()
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "test.db")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
