package modeltest

import (
	"context"
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	_ "github.com/go-sql-driver/mysql" // the driver that creates the tests' databases

	"cunwu/model"
)

// databases are the migrated MySQL databases of this test program: to make one
// takes longer than most tests, to empty one a few milliseconds. They stay when
// the program ends; the server of deploy/services.sh is thrown away whole.
//
//nolint:gochecknoglobals // once a process is what they are for
var databases pool

type pool struct {
	mu    sync.Mutex
	seeds string // the database as it is migrated, from which the seeded rows come
	empty string // the statements that make another one like it
	free  []string
}

// borrow gives a test a database of its own until it ends.
func borrow(t testing.TB, server string) string {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	name, err := databases.take(ctx, server)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		databases.mu.Lock()
		defer databases.mu.Unlock()
		databases.free = append(databases.free, name)
	})
	return server + "/" + name
}

func (p *pool) take(ctx context.Context, server string) (string, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.seeds == "" {
		if err := p.begin(ctx, server); err != nil {
			return "", err
		}
	}
	for len(p.free) > 0 {
		name := p.free[len(p.free)-1]
		p.free = p.free[:len(p.free)-1]
		if run(ctx, server, name, p.empty) == nil { // else its test has left it in pieces
			return name, nil
		}
	}
	return fresh(ctx, server)
}

// begin makes the database that the others are like.
func (p *pool) begin(ctx context.Context, server string) error {
	name, err := fresh(ctx, server)
	if err != nil {
		return err
	}
	db, err := sql.Open("mysql", server+"/"+name)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	tables, err := names(ctx, db)
	if err != nil {
		return err
	}
	var empty strings.Builder
	for _, table := range tables {
		var rows int
		if err := db.QueryRowContext(ctx, "SELECT COUNT(*) FROM `"+table+"`").Scan(&rows); err != nil {
			return err
		}
		fmt.Fprintf(&empty, "DELETE FROM `%s`;", table)
		if rows > 0 {
			fmt.Fprintf(&empty, "INSERT INTO `%[1]s` SELECT * FROM `%[2]s`.`%[1]s`;", table, name)
		}
	}
	p.seeds, p.empty = name, empty.String()
	return nil
}

func names(ctx context.Context, db *sql.DB) ([]string, error) {
	rows, err := db.QueryContext(ctx, "SHOW TABLES")
	if err != nil {
		return nil, err
	}
	defer func() { _ = rows.Close() }()
	var all []string
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		all = append(all, name)
	}
	return all, rows.Err()
}

// fresh makes a migrated database.
func fresh(ctx context.Context, server string) (string, error) {
	name := "t" + model.NewID()
	if err := run(ctx, server, "", "CREATE DATABASE "+name); err != nil {
		return "", err
	}
	store, err := model.Open(model.OpenOptions{Dialect: model.MySQL, DSN: server + "/" + name})
	if err != nil {
		return "", err
	}
	defer func() { _ = store.Close() }()
	_, err = store.Migrate(ctx)
	return name, err
}

// run does statements one after the other on a connection of their own, which
// doesn't wait long for what another test may have left locked.
func run(ctx context.Context, server, name, statements string) error {
	db, err := sql.Open("mysql", server+"/"+name+"?multiStatements=true&innodb_lock_wait_timeout=5&foreign_key_checks=0")
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	_, err = db.ExecContext(ctx, statements)
	return err
}
