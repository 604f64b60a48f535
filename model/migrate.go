package model

import (
	"context"
	"embed"
	"errors"
	"fmt"
	"io/fs"

	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"
)

//go:embed migrations/*.sql
var migrations embed.FS

// Migrate brings the schema up to this program's version, one replica at a
// time, and refuses a database that a newer program has already changed.
func (s *Store) Migrate(ctx context.Context) (int, error) {
	if s.dialect == MySQL {
		const binary = "ALTER DATABASE CHARACTER SET utf8mb4 COLLATE utf8mb4_bin"
		if err := s.db.WithContext(ctx).Exec(binary).Error; err != nil {
			return 0, fmt.Errorf("the database's character set can't be set: %w", err)
		}
	}
	provider, err := s.provider()
	if err != nil {
		return 0, err
	}
	if err := notNewer(ctx, provider); err != nil {
		return 0, err
	}
	done, err := provider.Up(ctx)
	return len(done), err
}

func notNewer(ctx context.Context, provider *goose.Provider) error {
	current, target, err := provider.GetVersions(ctx)
	if err == nil && current > target {
		return fmt.Errorf("the database has schema %d, this program knows %d: run a newer program", current, target)
	}
	return err
}

// Migrated says whether the schema is the one this program was built for.
func (s *Store) Migrated(ctx context.Context) error {
	provider, err := s.provider()
	if err != nil {
		return err
	}
	current, target, err := provider.GetVersions(ctx)
	if err != nil {
		return err
	}
	if current != target {
		return errors.New("the database's schema isn't this program's: run `server migrate`")
	}
	return nil
}

func (s *Store) provider() (*goose.Provider, error) {
	db, err := s.db.DB()
	if err != nil {
		return nil, err
	}
	files, err := fs.Sub(migrations, "migrations")
	if err != nil {
		return nil, err
	}
	dialect, options := goose.DialectSQLite3, []goose.ProviderOption{}
	if s.dialect == MySQL {
		locker, err := lock.NewMySQLTableLocker()
		if err != nil {
			return nil, err
		}
		dialect, options = goose.DialectMySQL, append(options, goose.WithLocker(locker))
	}
	return goose.NewProvider(dialect, db, files, options...)
}
