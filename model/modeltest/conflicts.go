package modeltest

import (
	"context"
	"database/sql"
	"errors"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"sync"
	"testing"

	"github.com/go-sql-driver/mysql"
	"gorm.io/gorm"
)

// inARow is how often one transaction is hit before it is let through: fewer times
// than the store tries, so that a test's own conflicts still have some left.
const inARow = 3

// Conflicts is a gorm plugin that has transactions fail as they do on a database
// of many machines: TiDB's write conflicts (9007, 8002) at commit, InnoDB's
// deadlock and lock wait (1213, 1205) and 9007 at a statement. What such an error
// ends is rolled back at once, as the server does, and whoever then goes on in
// that transaction fails the test: on a real server those statements would be
// committed one by one.
type Conflicts struct {
	t    testing.TB
	rate float64 // of the tries that fail

	mu    sync.Mutex
	dice  *rand.Rand
	tries map[context.Context]int // hits, by the context that all tries of a transaction share
	made  int
}

// NewConflicts hits one try in so many, in an order that is the same each time.
func NewConflicts(t testing.TB, oneIn int) *Conflicts {
	return &Conflicts{t: t, rate: 1 / float64(oneIn), dice: rand.New(rand.NewPCG(7, uint64(oneIn))), tries: map[context.Context]int{}} //nolint:gosec // dice of a test
}

// conflictsAsked are those that TEST_CONFLICTS=1/7 asks for in every test.
func conflictsAsked(t testing.TB) []gorm.Plugin {
	t.Helper()
	asked := os.Getenv("TEST_CONFLICTS")
	if asked == "" {
		return nil
	}
	oneIn, err := strconv.Atoi(strings.TrimPrefix(asked, "1/"))
	if err != nil || oneIn < 1 || !strings.HasPrefix(asked, "1/") {
		t.Fatalf("TEST_CONFLICTS=%q: one try in so many is expected, as in 1/7", asked)
	}
	c := NewConflicts(t, oneIn)
	t.Cleanup(func() { t.Logf("%d conflicts", c.Made()) })
	return []gorm.Plugin{c}
}

// Made is how many there were.
func (c *Conflicts) Made() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.made
}

// Name implements gorm.Plugin.
func (c *Conflicts) Name() string { return "conflicts" }

// Initialize implements gorm.Plugin: transactions begin here from now on.
func (c *Conflicts) Initialize(db *gorm.DB) error {
	around := &conflictPool{ConnPool: db.ConnPool, of: c}
	db.ConnPool, db.Statement.ConnPool = around, around
	return nil
}

// plan is what is to happen to one try: a conflict at this statement, or when it
// commits first. 0: none.
type plan struct {
	code      uint16
	statement int
}

const atCommit = 1 << 30

func (c *Conflicts) plan(ctx context.Context) plan {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.tries[ctx] >= inARow || c.dice.Float64() >= c.rate {
		return plan{}
	}
	c.tries[ctx]++
	c.made++
	if c.dice.IntN(2) == 0 {
		return plan{code: []uint16{9007, 8002}[c.dice.IntN(2)], statement: atCommit}
	}
	return plan{code: []uint16{1213, 1205, 9007}[c.dice.IntN(3)], statement: 1 + c.dice.IntN(6)}
}

// conflictPool is the connections, with transactions that may fail.
type conflictPool struct {
	gorm.ConnPool
	of *Conflicts
}

// BeginTx implements gorm.ConnPoolBeginner.
func (p *conflictPool) BeginTx(ctx context.Context, options *sql.TxOptions) (gorm.ConnPool, error) {
	var inner gorm.ConnPool
	var err error
	switch pool := p.ConnPool.(type) {
	case gorm.TxBeginner:
		inner, err = pool.BeginTx(ctx, options)
	case gorm.ConnPoolBeginner:
		inner, err = pool.BeginTx(ctx, options)
	default:
		err = gorm.ErrInvalidTransaction
	}
	if err != nil {
		return nil, err
	}
	return &conflictTx{ConnPool: inner, of: p.of, plan: p.of.plan(ctx)}, nil
}

// GetDBConn implements gorm.GetDBConnector.
func (p *conflictPool) GetDBConn() (*sql.DB, error) {
	switch pool := p.ConnPool.(type) {
	case *sql.DB:
		return pool, nil
	case gorm.GetDBConnector:
		return pool.GetDBConn()
	}
	return nil, gorm.ErrInvalidDB
}

// conflictTx is one try of a transaction; one goroutine uses it.
type conflictTx struct {
	gorm.ConnPool
	of   *Conflicts
	plan plan
	done int  // statements
	lost bool // rolled back by the conflict
}

// next is the error that comes instead of the next statement.
func (x *conflictTx) next(text string) error {
	if x.lost {
		x.of.t.Errorf("after the conflict the transaction goes on: %.120s", text)
		return errors.New("the transaction was lost by a conflict")
	}
	if x.done++; x.plan.code == 0 || x.done < x.plan.statement {
		return nil
	}
	code := x.plan.code
	x.plan = plan{}
	return x.lose(code)
}

func (x *conflictTx) lose(code uint16) error {
	failed := &mysql.MySQLError{Number: code, Message: "a conflict of the test"}
	if code == 1205 { // takes back the statement alone
		return failed
	}
	x.lost = true
	return errors.Join(failed, x.ConnPool.(gorm.TxCommitter).Rollback())
}

// ExecContext implements gorm.ConnPool.
func (x *conflictTx) ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error) {
	if err := x.next(query); err != nil {
		return nil, err
	}
	return x.ConnPool.ExecContext(ctx, query, args...)
}

// QueryContext implements gorm.ConnPool.
func (x *conflictTx) QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	if err := x.next(query); err != nil {
		return nil, err
	}
	return x.ConnPool.QueryContext(ctx, query, args...)
}

// Commit implements gorm.TxCommitter.
func (x *conflictTx) Commit() error {
	if x.lost {
		x.of.t.Error("after the conflict the transaction is committed")
		return sql.ErrTxDone
	}
	if x.plan.code != 0 {
		return x.lose(x.plan.code)
	}
	return x.ConnPool.(gorm.TxCommitter).Commit()
}

// Rollback implements gorm.TxCommitter.
func (x *conflictTx) Rollback() error {
	if x.lost {
		return nil
	}
	return x.ConnPool.(gorm.TxCommitter).Rollback()
}
