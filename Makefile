# The README's commands.
.PHONY: test quick demo lint bench fuzz replicas county

# Everything: format, vet, lint, all packages on SQLite and MariaDB; installs what is missing.
test:
	deploy/test.sh

# Nothing but Go.
quick:
	go test ./...

# A village with its WeChat on this machine: http://127.0.0.1:8080/simulator
demo:
	go run ./cmd/server demo

lint:
	deploy/lint.sh

# Against the baselines, on MariaDB and Redis that flush as a real server does.
bench:
	deploy/services.sh run --durable -- go run ./deploy/bench

# Three replicas behind nginx, killed, stopped, replaced and upgraded while a village is at work (minutes).
replicas:
	deploy/replicas.sh test

# A village among VILLAGES others with three years of history, against the same one alone.
VILLAGES ?= 500
PEOPLE ?= 2000
county:
	deploy/services.sh run --durable -- go run ./deploy/bench -villages $(VILLAGES) -people $(PEOPLE) county

# Every fuzz target: make fuzz TIME=5m
TIME ?= 30s
fuzz:
	deploy/fuzz.sh $(TIME)
