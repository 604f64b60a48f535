#!/usr/bin/env bash
# The whole test: formatting, vet, lint, then every package on SQLite, and every package that keeps
# rows once more on MariaDB, with a private MariaDB and Redis and with Chromium for pages.
#
# Needs Debian with Go and Node. As root it installs what else is missing; otherwise it says what to
# install. Nothing is left running, and no system service is started.
set -uo pipefail
cd "$(dirname "$0")/.." || exit 1

failed=()
times=()
services=''

# SQLite is one huge file of generated Go whose connections share no Go memory: watching it for
# races finds none and makes its tests take four times as long. Everything else is watched.
race=(-race '-gcflags=github.com/ncruces/go-sqlite3-wasm/...=-race=false')

main() {
	trap cleanup EXIT
	trap 'exit 130' INT TERM
	install_missing || exit 1
	unset TEST_MYSQL_DSN TEST_REDIS_URL TEST_MYSQL_PORT TEST_REDIS_PORT TEST_PASSWORD TEST_REDIS_CLUSTER_URL TEST_REDIS_NODE_PORTS TEST_CONFLICTS
	TEST_CHROMIUM=$(command -v chromium) && export TEST_CHROMIUM
	services=$(mktemp -d "${TMPDIR:-/tmp}/cunwu-test.XXXXXX")
	step services deploy/services.sh start "$services" --cluster || exit 1
	# shellcheck disable=SC1091 # written by services.sh
	. "$services/env"

	step gofmt formatted
	step vet go vet ./...
	step shellcheck shellcheck -x deploy/*.sh .ci/run
	step lint deploy/lint.sh
	[ ! -f wechat/miniprogram/package.json ] || step miniprogram miniprogram
	step "tests, SQLite" without_mysql tested "${race[@]}" ./...
	step "tests, MariaDB" on_mysql
	step "tests, write conflicts" conflicts
	step "tests, Redis Cluster" on_cluster
	report
}

without_mysql() { (unset TEST_MYSQL_DSN && "$@"); }

# go vet has had its own step. A package's tests mostly wait: three at a time keep two cores busy.
tested() { go test -vet=off -timeout 20m -p "$(($(nproc) + 1))" "$@"; }

# Which packages: those whose tests reach the test store, through whatever helper, or read the
# variable themselves. With -race once more only where a test starts goroutines: SQLite runs one
# transaction after the other, so what two of them share in memory shows only here. The rest has
# had its -race on SQLite; what handler/api does at once is service/once's, which is here.
on_mysql() {
	local packages concurrent others
	packages=$({
		go list -test -f '{{.ImportPath}} {{join .Deps " "}} ' ./... | sed -n 's/\.test .* cunwu\/model\/modeltest .*//p'
		packages_with TEST_MYSQL_DSN
	} | sort -u)
	if [ -z "$packages" ]; then
		echo "no package's tests use a store"
		return 0
	fi
	concurrent=$(comm -12 <(echo "$packages") <(packages_with '\.Go(func\|\bgo func' | grep -vx cunwu/handler/api))
	others=$(comm -23 <(echo "$packages") <(echo "$concurrent"))
	local result=0
	# shellcheck disable=SC2086 # one argument a package
	[ -z "$concurrent" ] || TEST_MYSQL_DSN=$TEST_MYSQL_DSN tested "${race[@]}" $concurrent || result=1
	# shellcheck disable=SC2086 # one argument a package
	[ -z "$others" ] || TEST_MYSQL_DSN=$TEST_MYSQL_DSN tested $others || result=1
	return $result
}

# packages_with PATTERN: in whose tests it stands
packages_with() {
	grep -rl --include='*_test.go' --exclude-dir=node_modules -e "$1" . | xargs --no-run-if-empty dirname | sort -u | xargs --no-run-if-empty go list | sort -u
}

# One transaction in seven fails as on a database of many machines. Left out: what takes long by
# its number of notices, not of transactions.
conflicts() {
	TEST_CONFLICTS=1/7 without_mysql tested -count=1 -skip '^(TestNothingIsLostOrSentBeyondTheWindow|TestWeChatInTroubleIsLeftAloneAndTakesAllAfterwards)$' \
		./service/casework ./service/poll ./service/merit ./service/notice
}

# Whoever keeps something in Redis, on three nodes of which each has a third of the keys; one
# package after the other, for session's tests empty them.
on_cluster() {
	TEST_REDIS_URL=$TEST_REDIS_CLUSTER_URL without_mysql tested -count=1 -p 1 ./service/session ./service/throttle &&
		TEST_REDIS_URL=$TEST_REDIS_CLUSTER_URL without_mysql tested -count=1 -run '^TestReplicas' ./wechat &&
		TEST_REDIS_URL=$TEST_REDIS_CLUSTER_URL tested -count=1 -run '^(TestServeWalk|TestOverlapping)' ./cmd/server
}

formatted() {
	local files
	files=$(find . -name node_modules -prune -o -name '*.go' -print0 | xargs -0 --no-run-if-empty gofmt -l) || return 1
	[ -z "$files" ] || { echo "not formatted by gofmt:" && echo "$files" && return 1; }
}

miniprogram() {
	npm --prefix wechat/miniprogram ci --no-audit --no-fund && npm --prefix wechat/miniprogram test
}

# step NAME CMD…: runs, times, and remembers a failure; the other steps still run
step() {
	local name=$1 began=$SECONDS result=ok
	shift
	echo "--- $name"
	"$@" || { result=FAILED && failed+=("$name"); }
	times+=("$(printf '%5ds  %-6s  %s' $((SECONDS - began)) $result "$name")")
	[ $result = ok ]
}

report() {
	echo "--- time"
	printf '%s\n' "${times[@]}"
	[ ${#failed[@]} = 0 ] && return 0
	printf 'failed: %s\n' "${failed[@]}"
	exit 1
}

cleanup() {
	[ -z "$services" ] || deploy/services.sh drop "$services"
}

install_missing() {
	command -v go >/dev/null || { echo "Go is missing" >&2 && return 1; }
	local need=()
	command -v mariadbd >/dev/null || need+=(mariadb-server)
	command -v redis-server >/dev/null || need+=(redis-server)
	command -v chromium >/dev/null || need+=(chromium)
	command -v sqlite3 >/dev/null || need+=(sqlite3)
	command -v age >/dev/null || need+=(age)
	command -v shellcheck >/dev/null || need+=(shellcheck)
	command -v gcc >/dev/null || need+=(gcc libc6-dev) # for -race
	[ -n "$(fc-list :lang=zh 2>/dev/null | head -1)" ] || need+=(fontconfig fonts-wqy-zenhei)
	[ -f /usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf ] || need+=(fonts-lxgw-wenkai) # draws PDFs
	[ ${#need[@]} -gt 0 ] || return 0
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "missing; as root: apt-get install ${need[*]}" >&2
		return 1
	fi
	step "apt-get install ${need[*]}" quiet_install "${need[@]}"
}

# A policy-rc.d of our own keeps the packages from starting their services.
quiet_install() {
	local policy=/usr/sbin/policy-rc.d ours=no log
	log=$(mktemp)
	if [ ! -e $policy ]; then
		printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy && ours=yes
	fi
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends "$@"; } >"$log" 2>&1 </dev/null
	local result=$?
	[ $ours = no ] || rm -f $policy
	[ $result = 0 ] || tail -20 "$log" >&2
	rm -f "$log"
	return $result
}

main "$@"
