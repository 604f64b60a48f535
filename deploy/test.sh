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

main() {
	trap cleanup EXIT
	trap 'exit 130' INT TERM
	install_missing || exit 1
	unset TEST_MYSQL_DSN TEST_REDIS_URL TEST_MYSQL_PORT TEST_REDIS_PORT TEST_PASSWORD
	TEST_CHROMIUM=$(command -v chromium) && export TEST_CHROMIUM
	services=$(mktemp -d "${TMPDIR:-/tmp}/cunwu-test.XXXXXX")
	step services deploy/services.sh start "$services" || exit 1
	# shellcheck disable=SC1091 # written by services.sh
	. "$services/env"

	step gofmt formatted
	step vet go vet ./...
	step shellcheck shellcheck -x deploy/*.sh .ci/run
	step lint deploy/lint.sh
	[ ! -f wechat/miniprogram/package.json ] || step miniprogram miniprogram
	step "tests, SQLite" without_mysql go test -race -timeout 20m ./...
	step "tests, MariaDB" on_mysql
	report
}

without_mysql() { env -u TEST_MYSQL_DSN "$@"; }

# Which packages: those whose tests reach the test store, through whatever helper, or read the
# variable themselves.
on_mysql() {
	local packages
	packages=$({
		go list -test -f '{{.ImportPath}} {{join .Deps " "}} ' ./... | sed -n 's/\.test .* cunwu\/model\/modeltest .*//p'
		grep -rl --include='*_test.go' --exclude-dir=node_modules TEST_MYSQL_DSN . | xargs --no-run-if-empty dirname | sort -u | xargs --no-run-if-empty go list
	} | sort -u)
	if [ -z "$packages" ]; then
		echo "no package's tests use a store"
		return 0
	fi
	# shellcheck disable=SC2086 # one argument a package
	TEST_MYSQL_DSN=$TEST_MYSQL_DSN go test -race -timeout 20m $packages
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
