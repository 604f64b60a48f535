package model

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"time"

	gomysql "github.com/go-sql-driver/mysql"
	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver" // registers "sqlite3"
	"github.com/ncruces/go-sqlite3/gormlite"
	"gorm.io/driver/mysql"
	"gorm.io/gorm"
	"gorm.io/gorm/logger"
)

// The dialects that the store speaks.
const (
	MySQL  = "mysql"
	SQLite = "sqlite"
)

// OpenOptions say which database to open. DSN is the driver's own: for MySQL
// "user:pass@tcp(host:3306)/db", for SQLite a file's path.
type OpenOptions struct {
	Dialect string
	DSN     string
	Now     Now // this machine's clock; nil: time.Now
	Pool    int // connections at most; 0: 32
	Logger  *slog.Logger
	ReadDSN string        // a copy that follows the database and answers Stale reads; empty: none
	Plugins []gorm.Plugin // what tests put around the database
}

// Open opens the database. It doesn't need to be reachable yet: what can't be
// done now is an error of the statement that tries.
func Open(o OpenOptions) (*Store, error) {
	s := &Store{dialect: o.Dialect, dsn: o.DSN, now: o.Now, numbers: newNumbers()}
	if s.now == nil {
		s.now = time.Now
	}
	pool, dialector, err := s.pool(o)
	if err != nil {
		return nil, err
	}
	s.db, err = gorm.Open(dialector, &gorm.Config{
		SkipDefaultTransaction: true,
		// gorm ties a statement that is first prepared inside a transaction to it, and
		// then prepares and closes it again in every later one; on MySQL the values
		// are put into the text instead, for one round trip a statement.
		PrepareStmt:          o.Dialect == SQLite,
		TranslateError:       true,
		DisableAutomaticPing: true,
		NowFunc:              func() time.Time { return s.Now() },
		Logger:               logger.Discard, // errors return to the caller, who logs them without the values
	})
	if err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	if err := s.openReaders(o); err != nil {
		return nil, errors.Join(err, pool.Close())
	}
	for _, plugin := range o.Plugins {
		if err := s.db.Use(plugin); err != nil {
			return nil, errors.Join(err, pool.Close())
		}
	}
	cb := s.db.Callback()
	return s, errors.Join(
		cb.Query().After("gorm:query").Register("cunwu:lost", s.afterStatement),
		cb.Row().After("gorm:row").Register("cunwu:lost", s.afterStatement),
		cb.Create().After("gorm:create").Register("cunwu:lost", s.afterStatement),
		cb.Update().After("gorm:update").Register("cunwu:lost", s.afterStatement),
		cb.Delete().After("gorm:delete").Register("cunwu:lost", s.afterStatement),
		cb.Raw().After("gorm:raw").Register("cunwu:lost", s.afterStatement),
		cb.Query().Before("gorm:query").Register("cunwu:read", s.beforeRead),
		cb.Row().Before("gorm:row").Register("cunwu:read", s.beforeRead),
		cb.Create().Before("gorm:create").Register("cunwu:write", beforeWrite),
		cb.Update().Before("gorm:update").Register("cunwu:write", beforeWrite),
		cb.Delete().Before("gorm:delete").Register("cunwu:write", beforeWrite),
		cb.Raw().Before("gorm:raw").Register("cunwu:write", beforeWrite))
}

func (o OpenOptions) poolSize() int {
	if o.Pool == 0 {
		return 32
	}
	return o.Pool
}

func (s *Store) pool(o OpenOptions) (*sql.DB, gorm.Dialector, error) {
	switch o.Dialect {
	case SQLite:
		s.writer = make(chan struct{}, 1)
		dsn := "file:" + strings.NewReplacer("%", "%25", "?", "%3f", "#", "%23").Replace(o.DSN) + "?_txlock=immediate&_pragma=busy_timeout(5000)&_pragma=journal_mode(wal)&_pragma=synchronous(full)&_pragma=foreign_keys(0)"
		db, err := sql.Open("sqlite3", dsn)
		if err != nil {
			return nil, nil, err
		}
		db.SetMaxOpenConns(4)
		return db, gormlite.OpenDB(db), nil
	case MySQL:
		connector, err := mysqlConnector(o.DSN, answerWithin)
		if err != nil {
			return nil, nil, err
		}
		s.blocks = sql.OpenDB(connector)
		s.blocks.SetMaxOpenConns(1)
		db := sql.OpenDB(connector)
		db.SetMaxOpenConns(o.poolSize())
		db.SetMaxIdleConns(o.poolSize())
		db.SetConnMaxLifetime(30 * time.Minute)
		return db, mysql.New(mysql.Config{Conn: db, SkipInitializeWithVersion: true}), nil
	}
	return nil, nil, fmt.Errorf("unknown database %q", o.Dialect)
}

// readCommitted sets each new connection up; MariaDB and MySQL name the
// isolation level differently in a DSN, but not in this statement.
type readCommitted struct{ driver.Connector }

// answerWithin is how long a statement waits for the database.
const answerWithin = 5 * time.Second

func mysqlConnector(dsn string, patience time.Duration) (driver.Connector, error) {
	cfg, err := gomysql.ParseDSN(dsn)
	if err != nil {
		return nil, errors.New("the MySQL address can't be read: user:pass@tcp(host:3306)/db is expected")
	}
	if err := cfg.Apply(gomysql.Charset("utf8mb4", "utf8mb4_bin")); err != nil {
		return nil, err
	}
	cfg.ParseTime, cfg.InterpolateParams, cfg.ClientFoundRows = true, true, true
	cfg.Timeout, cfg.ReadTimeout, cfg.WriteTimeout = 2*time.Second, patience, patience
	cfg.Logger = &gomysql.NopLogger{}
	inner, err := gomysql.NewConnector(cfg)
	return readCommitted{inner}, err
}

func (c readCommitted) Connect(ctx context.Context) (driver.Conn, error) {
	conn, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, err
	}
	exec, ok := conn.(driver.ExecerContext)
	if !ok {
		return conn, nil
	}
	const setUp = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED"
	for _, statement := range []string{setUp, "SET SESSION innodb_lock_wait_timeout = 2"} {
		if _, err := exec.ExecContext(ctx, statement, nil); err != nil {
			return nil, errors.Join(err, conn.Close())
		}
	}
	return conn, nil
}

// repeatable says whether a failed transaction may simply be run again:
// deadlock, lock wait, changed row, TiDB's write conflicts, SQLite's busy.
func repeatable(err error) bool {
	var e *gomysql.MySQLError
	if errors.As(err, &e) {
		switch e.Number {
		case 1213, 1205, 1020, 9007, 8002:
			return true
		}
		return false
	}
	return errors.Is(err, sqlite3.BUSY) || strings.Contains(err.Error(), "database is locked")
}

// MeasureOffset asks the database what time it is and corrects Now by the
// difference, half the round trip taken off. SQLite shares this machine's clock.
func (s *Store) MeasureOffset(ctx context.Context) (time.Duration, error) {
	if s.dialect != MySQL {
		return 0, nil
	}
	var seconds float64
	before := s.now()
	err := s.db.WithContext(ctx).Raw("SELECT UNIX_TIMESTAMP(NOW(3))").Scan(&seconds).Error
	if err != nil {
		return 0, err
	}
	after := s.now()
	middle := before.Add(after.Sub(before) / 2)
	offset := time.UnixMilli(int64(seconds * 1000)).Sub(middle)
	s.offset.Store(int64(offset))
	return offset, nil
}
