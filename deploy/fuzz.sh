#!/usr/bin/env bash
# Runs every fuzz target for a while: fuzz.sh [TIME, 30s] [PACKAGE…, ./...]
set -euo pipefail
cd "$(dirname "$0")/.."

time=${1:-30s}
shift || true
[ $# -gt 0 ] || set -- ./...

found=0
for package in $(go list "$@"); do
	listed=$(go test -list '^Fuzz' "$package") # fails where the tests don't compile
	for target in $(grep '^Fuzz' <<<"$listed" || true); do
		echo "--- $package $target"
		go test -run='^$' -fuzz="^$target\$" -fuzztime="$time" "$package"
		found=$((found + 1))
	done
done
echo "fuzzed $found targets for $time each"
