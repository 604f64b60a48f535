#!/usr/bin/env bash
# golangci-lint of one fixed version, built once for each Go version and kept in the user's cache
# folder (about two minutes; later runs take seconds). Arguments go to `golangci-lint run`.
set -euo pipefail
cd "$(dirname "$0")/.."

version=v2.15.0
cache=${XDG_CACHE_HOME:-${HOME:?}/.cache}/cunwu
linter=$cache/golangci-lint-$version-$(go env GOVERSION)

if [ ! -x "$linter" ]; then
	echo "building golangci-lint $version (once)"
	mkdir -p "$cache"
	build=$(mktemp -d "$cache/build.XXXXXX")
	trap 'rm -rf "$build"' EXIT
	GOBIN=$build go install "github.com/golangci/golangci-lint/v2/cmd/golangci-lint@$version"
	mv "$build/golangci-lint" "$linter"
fi
"$linter" run "$@"
