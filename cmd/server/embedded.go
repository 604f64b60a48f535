package main

import (
	"errors"
	"sync"
	"time"

	"github.com/alicebob/miniredis/v2"
	"github.com/redis/go-redis/v9"

	"cunwu/model"
)

// embeddedRedis starts a Redis inside this process, for one small server. What
// it holds is gone with the process; nothing that must last is kept in Redis.
// Its keys only expire when told that time has passed.
func embeddedRedis() (redis.UniversalClient, func() error, error) {
	password := model.NewID()
	server := miniredis.NewMiniRedis()
	server.RequireAuth(password)
	if err := server.Start(); err != nil {
		return nil, nil, err
	}
	client := redis.NewClient(&redis.Options{Addr: server.Addr(), Password: password})
	done := make(chan struct{})
	var wait sync.WaitGroup
	wait.Go(func() {
		ticker := time.NewTicker(time.Second)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ticker.C:
				server.FastForward(time.Second)
			}
		}
	})
	stop := func() error {
		close(done)
		wait.Wait()
		err := client.Close()
		server.Close()
		return errors.Join(err)
	}
	return client, stop, nil
}
