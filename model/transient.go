package model

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"io"
	"net"
	"slices"
	"strings"

	gomysql "github.com/go-sql-driver/mysql"
	"github.com/ncruces/go-sqlite3"
)

// Transient says whether a transaction's error speaks of the database and not
// of the work: it is away, hangs, stops, is full or busy beyond the retries, so
// that the same work may well succeed later.
func Transient(err error) bool {
	if err == nil || AsError(err) != nil {
		return false
	}
	var e *gomysql.MySQLError
	if errors.As(err, &e) {
		// too many connections, disk full, out of memory, shutting down, table full,
		// read-only, interrupted, killed (MariaDB), TiDB's parts that don't answer
		passing := []uint16{1040, 1021, 1041, 1053, 1114, 1290, 1317, 1836, 1927, 9001, 9002, 9003, 9004, 9005}
		return repeatable(err) || slices.Contains(passing, e.Number)
	}
	var away net.Error
	if errors.As(err, &away) || repeatable(err) || strings.Contains(err.Error(), "database is closed") {
		return true
	}
	causes := []error{context.DeadlineExceeded, driver.ErrBadConn, gomysql.ErrInvalidConn, sql.ErrConnDone, io.EOF, io.ErrUnexpectedEOF,
		sqlite3.FULL, sqlite3.IOERR, sqlite3.CANTOPEN, sqlite3.READONLY, sqlite3.LOCKED, sqlite3.NOMEM}
	return slices.ContainsFunc(causes, func(cause error) bool { return errors.Is(err, cause) })
}
