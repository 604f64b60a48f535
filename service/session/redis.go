package session

import (
	"context"
	"encoding/json"
	"errors"
	"sync/atomic"
	"time"

	"github.com/redis/go-redis/v9"

	"cunwu/model"
)

// patience is the most that a Redis in trouble costs one call.
const patience = 300 * time.Millisecond

var errAway = errors.New("session: Redis is away")

// Redis keeps sessions in Redis: one hash for each owner, a field for each
// session, so that it works on a cluster and all of an owner's end at once.
type Redis struct {
	client   redis.UniversalClient
	patience time.Duration
	// While Redis is away one call at a time tries whether it is back; the others
	// don't wait for it.
	away, trying atomic.Bool
}

// NewRedis makes the keeper. The client's own time-outs should not be much longer
// than 300 ms: calls given up go on in the background until then.
func NewRedis(client redis.UniversalClient) *Redis { return &Redis{client: client, patience: patience} }

func key(owner string) string { return "cunwu:sessions:{" + owner + "}" }

//nolint:gochecknoglobals // read-only
var (
	// put writes a session and drops the expired ones and, of too many, those used
	// longest ago. KEYS: the owner's; ARGV: id, session, ms to live, most, now in ms.
	put = redis.NewScript(`
local all, live = redis.call('HGETALL', KEYS[1]), {}
for i = 1, #all, 2 do
  local s = cjson.decode(all[i + 1])
  if s.E <= tonumber(ARGV[5]) then redis.call('HDEL', KEYS[1], all[i]) else table.insert(live, {all[i], s.S}) end
end
table.sort(live, function(a, b) return a[2] < b[2] end)
for i = 1, #live - tonumber(ARGV[4]) + 1 do redis.call('HDEL', KEYS[1], live[i][1]) end
redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`)
	// amend writes some fields of a session that is still there; the others stay as
	// they are now, whoever wrote them. KEYS: the owner's; ARGV: id, fields, ms to live.
	amend = redis.NewScript(`
local was = redis.call('HGET', KEYS[1], ARGV[1])
if not was then return 0 end
local s = cjson.decode(was)
for k, v in pairs(cjson.decode(ARGV[2])) do s[k] = v end
redis.call('HSET', KEYS[1], ARGV[1], cjson.encode(s))
redis.call('PEXPIRE', KEYS[1], ARGV[3])
return 1`)
)

// record is a session as Redis holds it: times in Unix ms.
type record struct {
	Account string `json:"a"`
	OpenID  string `json:"o"`
	Door    string `json:"d"`
	Label   string `json:"l"`
	Factor  string `json:"f,omitempty"`
	Created int64  `json:"C"`
	Seen    int64  `json:"S"`
	Expires int64  `json:"E"`
}

func encode(s model.Session) (string, error) {
	text, err := json.Marshal(record{Account: s.Account, OpenID: s.OpenID, Door: s.Door, Label: s.Label, Factor: s.Factor,
		Created: s.CreatedAt.UnixMilli(), Seen: s.SeenAt.UnixMilli(), Expires: s.ExpiresAt.UnixMilli()})
	return string(text), err
}

func decode(owner, id, text string) (model.Session, error) {
	var r record
	err := json.Unmarshal([]byte(text), &r)
	return model.Session{Owner: owner, ID: id, Account: r.Account, OpenID: r.OpenID, Door: r.Door, Label: r.Label, Factor: r.Factor,
		CreatedAt: at(r.Created), SeenAt: at(r.Seen), ExpiresAt: at(r.Expires)}, err
}

func at(ms int64) model.Time { return model.At(time.UnixMilli(ms)) }

// Put implements Keeper.
func (r *Redis) Put(ctx context.Context, s model.Session, most int) error {
	text, err := encode(s)
	if err != nil {
		return err
	}
	_, err = try(ctx, r, func(ctx context.Context) (any, error) {
		return nil, put.Run(ctx, r.client, []string{key(s.Owner)}, s.ID, text, life.Milliseconds(), most, s.CreatedAt.UnixMilli()).Err()
	})
	return err
}

// Get implements Keeper.
func (r *Redis) Get(ctx context.Context, owner, id string) (model.Session, bool, error) {
	text, err := try(ctx, r, func(ctx context.Context) (string, error) {
		text, err := r.client.HGet(ctx, key(owner), id).Result()
		if errors.Is(err, redis.Nil) {
			return "", nil
		}
		return text, err
	})
	if err != nil || text == "" {
		return model.Session{}, false, err
	}
	s, err := decode(owner, id, text)
	return s, err == nil, err
}

// Renew implements Keeper.
func (r *Redis) Renew(ctx context.Context, s model.Session) error {
	_, err := r.amend(ctx, s.Owner, s.ID, map[string]any{"S": s.SeenAt.UnixMilli(), "E": s.ExpiresAt.UnixMilli()})
	return err
}

// Strengthen implements Keeper.
func (r *Redis) Strengthen(ctx context.Context, owner, id, factor string) (bool, error) {
	return r.amend(ctx, owner, id, map[string]any{"f": factor})
}

func (r *Redis) amend(ctx context.Context, owner, id string, fields map[string]any) (bool, error) {
	text, err := json.Marshal(fields)
	if err != nil {
		return false, err
	}
	n, err := try(ctx, r, func(ctx context.Context) (int, error) {
		return amend.Run(ctx, r.client, []string{key(owner)}, id, string(text), life.Milliseconds()).Int()
	})
	return n > 0, err
}

// List implements Keeper.
func (r *Redis) List(ctx context.Context, owner string) ([]model.Session, error) {
	fields, err := try(ctx, r, func(ctx context.Context) (map[string]string, error) {
		return r.client.HGetAll(ctx, key(owner)).Result()
	})
	if err != nil {
		return nil, err
	}
	all := make([]model.Session, 0, len(fields))
	for id, text := range fields {
		s, err := decode(owner, id, text)
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}

// Remove implements Keeper.
func (r *Redis) Remove(ctx context.Context, owner, id string) (bool, error) {
	n, err := try(ctx, r, func(ctx context.Context) (int64, error) {
		if id == "" {
			return r.client.Del(ctx, key(owner)).Result()
		}
		return r.client.HDel(ctx, key(owner), id).Result()
	})
	return n > 0, err
}

// try runs op for as long as patience lasts. It waits in a goroutine of its own:
// go-redis gives up after its own time-outs and retries, not at a deadline.
func try[T any](ctx context.Context, r *Redis, op func(context.Context) (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	var none T
	if r.away.Load() {
		if !r.trying.CompareAndSwap(false, true) {
			return none, errAway
		}
		defer r.trying.Store(false)
	}
	ctx, cancel := context.WithTimeout(ctx, r.patience)
	defer cancel()
	done := make(chan outcome, 1)
	go func() {
		value, err := op(ctx)
		done <- outcome{value, err}
	}()
	var got outcome
	select {
	case got = <-done:
	case <-ctx.Done():
		got.err = ctx.Err()
	}
	if !errors.Is(got.err, context.Canceled) { // the caller went away, which says nothing of Redis
		r.away.Store(got.err != nil)
	}
	return got.value, got.err
}
