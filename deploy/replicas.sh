#!/usr/bin/env bash
# Three copies of the server on one MariaDB and one Redis, behind nginx, with WeChat's simulator; all of
# it private to this run, on loopback.
#
#   replicas.sh                 starts them and prints the addresses, until Ctrl-C
#   replicas.sh test [-quick]   kills -9, stops (SIGSTOP) and replaces them while a village writes, votes,
#                               reads and is answered, and counts what is lost, doubled or signed out;
#                               without -quick also upgrades them twice with changes of the schema
#
# Needs mariadbd, redis-server and nginx; as root it installs nginx.
set -euo pipefail
cd "$(dirname "$0")/.."

if ! command -v nginx >/dev/null; then
	if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
		echo "missing; as root: apt-get install nginx-light" >&2
		exit 1
	fi
	echo "installing nginx-light"
	# A policy-rc.d of our own keeps the package from starting a service.
	policy=/usr/sbin/policy-rc.d
	ours=no
	[ -e $policy ] || { printf '#!/bin/sh\nexit 101\n' >$policy && chmod 755 $policy && ours=yes; }
	result=0
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light; } >/dev/null </dev/null || result=$?
	[ $ours = no ] || rm -f $policy
	[ $result = 0 ] || exit $result
fi

case ${1:-} in
'') exec go run ./deploy/bench stay ;;
test) shift && exec go run ./deploy/bench replicas "$@" ;;
*) sed -n '2,11p' "$0" >&2 && exit 2 ;;
esac
