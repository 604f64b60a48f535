package model

import (
	"context"
	"database/sql"
	"embed"
	"errors"
	"fmt"
	"io/fs"
	"time"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// migrationPatience is how long one statement of a migration may take.
const migrationPatience = 6 * time.Hour

// generation is how many schema versions one has: 0001 to 0999, 1001 to 1999 and
// so on. Within one, migrations only add, so that a program works with a newer
// schema of its own generation, and replicas are replaced one by one. What takes
// away or changes opens the next one, once no program that still runs needs it.
const generation = 1000

// ErrNewerSchema says that a newer program has changed the database so that this
// one doesn't work with it.
var ErrNewerSchema = errors.New("a newer program has changed the database: run that one")

// Migrate brings the schema up to this program's version, one replica at a time,
// and says how many migrations that took. A newer schema of the same generation is
// left as it is; one of a later generation is ErrNewerSchema.
func (s *Store) Migrate(ctx context.Context) (int, error) {
	if s.dialect == MySQL {
		const binary = "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
		if err := s.db.WithContext(ctx).Exec(binary).Error; err != nil {
			return 0, fmt.Errorf("the database's character set can't be set: %w", err)
		}
	}
	provider, done, err := s.provider()
	if err != nil {
		return 0, err
	}
	defer done()
	current, target, err := versions(ctx, provider)
	if err != nil || current > target {
		return 0, err
	}
	made, err := provider.Up(ctx)
	return len(made), err
}

func versions(ctx context.Context, provider *goose.Provider) (current, target int64, err error) {
	if current, target, err = provider.GetVersions(ctx); err != nil {
		return 0, 0, err
	}
	if current/generation > target/generation {
		return 0, 0, fmt.Errorf("%w (its schema is %d, this program knows %d)", ErrNewerSchema, current, target)
	}
	return current, target, nil
}

// Migrated says whether this program works with the schema.
func (s *Store) Migrated(ctx context.Context) error {
	provider, done, err := s.provider()
	if err != nil {
		return err
	}
	defer done()
	current, target, err := versions(ctx, provider)
	if err == nil && current < target {
		err = errors.New("the database's schema isn't this program's: run `server migrate`")
	}
	return err
}

// provider is goose on connections of its own: an index on a large table takes
// longer than the store waits for an answer.
func (s *Store) provider() (provider *goose.Provider, done func(), err error) {
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, nil, err
	}
	if s.dialect != MySQL {
		db, err := s.db.DB()
		if err != nil {
			return nil, nil, err
		}
		provider, err := goose.NewProvider(goose.DialectSQLite3, db, files)
		return provider, func() {}, err
	}
	locker, err := lock.NewMySQLTableLocker()
	if err != nil {
		return nil, nil, err
	}
	connector, err := mysqlConnector(s.dsn, migrationPatience)
	if err != nil {
		return nil, nil, err
	}
	db := sql.OpenDB(connector)
	provider, err = goose.NewProvider(goose.DialectMySQL, db, files, goose.WithLocker(locker))
	return provider, func() { _ = db.Close() }, err
}
