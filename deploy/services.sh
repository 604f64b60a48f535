#!/usr/bin/env bash
# Private MariaDB and Redis on loopback, in a folder of their own, for tests and benchmarks.
#
#   services.sh start DIR [--durable] [--cluster]     starts what isn't running; writes DIR/env to be sourced
#   services.sh stop DIR                              stops all; the data stays
#   services.sh drop DIR                              kills all and removes DIR
#   services.sh run [--durable] [--cluster] -- CMD…   starts in a temporary folder, runs CMD with the variables, cleans up
#
# --cluster adds a Redis Cluster of three nodes, which TEST_REDIS_CLUSTER_URL lists. Without --durable a power cut loses everything: nothing is ever flushed. With it, both keep the
# durability that a real server has by default. Starting again after a kill keeps ports and data.
set -euo pipefail

as_owner=()   # MariaDB and Redis do not run as root
durable=no
cluster=no
names=(mysql redis node1 node2 node3) # whose DIR/NAME.pid may be there

main() {
	local verb=${1:-}
	shift || true
	case $verb in
	start)
		local dir=${1:?services.sh start DIR}
		shift
		read_options "$@"
		start "$dir"
		;;
	stop) stop "${1:?services.sh stop DIR}" ;;
	drop) drop "${1:?services.sh drop DIR}" ;;
	run) run "$@" ;;
	*)
		sed -n '2,11p' "$0" >&2
		return 2
		;;
	esac
}

read_options() {
	local option
	for option in "$@"; do
		case $option in
		--durable) durable=yes ;;
		--cluster) cluster=yes ;;
		*) fail "no option $option" ;;
		esac
	done
}

start() {
	mkdir -p "$1"
	local dir
	dir=$(cd "$1" && pwd)
	if [ "$(id -u)" = 0 ]; then
		as_owner=(setpriv --reuid=mysql --regid=mysql --clear-groups)
		chmod 711 "$dir"
		"${as_owner[@]}" test -x "$dir" || fail "the user mysql can't reach $dir: choose a folder under /tmp"
	fi
	[ ${#dir} -lt 80 ] || fail "$dir is too long for the path of a socket"
	# shellcheck disable=SC1091 # made by write_env
	[ ! -f "$dir/env" ] || . "$dir/env"
	mysql_port=${TEST_MYSQL_PORT:-} redis_port=${TEST_REDIS_PORT:-} node_ports=${TEST_REDIS_NODE_PORTS:-} password=${TEST_PASSWORD:-$(secret)}
	write_env "$dir" # first, so that drop finds what was half started
	start_redis "$dir"
	start_mariadb "$dir"
	[ $cluster = no ] || start_cluster "$dir"
	write_env "$dir"
}

# One start with an init file makes the users, so that no second start is needed.
start_mariadb() {
	local dir=$1 data=$1/mysql
	mysql_ready "$dir" && return
	if [ ! -d "$data/mysql" ]; then
		mkdir -p "$data"
		own "$data"
		"${as_owner[@]}" mariadb-install-db --no-defaults --datadir="$data" --skip-test-db --force \
			--auth-root-authentication-method=normal >"$dir/mysql-install.log" 2>&1 || fail_log "$dir/mysql-install.log"
		cat >"$data/init.sql" <<SQL
ALTER USER root@localhost IDENTIFIED BY '$password';
CREATE USER IF NOT EXISTS test@'127.0.0.1' IDENTIFIED BY '$password';
GRANT ALL PRIVILEGES ON *.* TO test@'127.0.0.1' WITH GRANT OPTION;
SQL
		own "$data"
	fi
	local options=(--no-defaults --datadir="$data" --init-file="$data/init.sql" --socket="$data/s" --pid-file="$data/pid"
		--bind-address=127.0.0.1 --skip-name-resolve --skip-log-bin --secure-file-priv="$data"
		--character-set-server=utf8mb4 --collation-server=utf8mb4_general_ci
		--max-connections=600 --innodb-buffer-pool-size=512M --innodb-log-file-size=128M)
	[ $durable = yes ] || options+=(--innodb-flush-log-at-trx-commit=0 --innodb-flush-method=nosync --innodb-doublewrite=0 --debug-no-sync)
	for _ in 1 2 3; do
		[ -n "$mysql_port" ] || mysql_port=$(free_port)
		background "$dir/mysql.log" "$dir/mysql.pid" mariadbd "${options[@]}" --port="$mysql_port"
		mysql_ready "$dir" && return
		grep -q 'already in use' "$dir/mysql.log" || break
		mysql_port=''
	done
	fail_log "$dir/mysql.log"
}

start_redis() {
	local dir=$1
	redis_ready "$dir" redis "$redis_port" && return
	for _ in 1 2 3; do
		[ -n "$redis_port" ] || redis_port=$(free_port)
		one_redis "$dir" redis "$redis_port" && return
		grep -q 'already in use' "$dir/redis.log" || break
		redis_port=''
	done
	fail_log "$dir/redis.log"
}

# one_redis DIR NAME PORT [OPTION…]
one_redis() {
	local dir=$1 name=$2 port=$3 data=$1/$2
	shift 3
	mkdir -p "$data"
	own "$data"
	local options=(--bind 127.0.0.1 --dir "$data" --requirepass "$password" --daemonize no)
	if [ $durable = yes ]; then options+=(--appendonly yes); else options+=(--save '' --appendonly no); fi
	background "$dir/$name.log" "$dir/$name.pid" redis-server --port "$port" "${options[@]}" "$@"
	redis_ready "$dir" "$name" "$port"
}

# Three masters; a cluster needs no more to move keys about and to say MOVED and CROSSSLOT.
start_cluster() {
	local dir=$1 name port made=yes
	[ -n "$node_ports" ] || { made=no && node_ports="$(free_port) $(free_port) $(free_port)"; }
	set -- node1 node2 node3
	for port in $node_ports; do
		name=$1
		shift
		redis_ready "$dir" "$name" "$port" && continue
		one_redis "$dir" "$name" "$port" --masterauth "$password" --cluster-enabled yes \
			--cluster-port "$(free_port)" --cluster-node-timeout 5000 || fail_log "$dir/$name.log"
	done
	if [ $made = no ]; then
		local nodes=()
		for port in $node_ports; do nodes+=("127.0.0.1:$port"); done
		REDISCLI_AUTH=$password redis-cli --cluster create "${nodes[@]}" --cluster-yes >"$dir/cluster.log" || fail_log "$dir/cluster.log"
	fi
	for port in $node_ports; do
		wait_for "$dir/node1.pid" cluster_ok "$port" || fail "the cluster isn't whole"
	done
}

cluster_ok() { REDISCLI_AUTH=$password redis-cli -p "$1" cluster info | grep -q '^cluster_state:ok'; }

# TEST_MYSQL_DSN names a server: a test adds /database.
write_env() {
	cat >"$1/env" <<ENV
export TEST_MYSQL_DSN='test:$password@tcp(127.0.0.1:$mysql_port)'
export TEST_REDIS_URL='redis://default:$password@127.0.0.1:$redis_port/0'
TEST_MYSQL_PORT=$mysql_port
TEST_REDIS_PORT=$redis_port
TEST_REDIS_NODE_PORTS='$node_ports'
TEST_PASSWORD=$password
ENV
	[ -z "$node_ports" ] || echo "export TEST_REDIS_CLUSTER_URL='$(cluster_url)'" >>"$1/env"
}

cluster_url() {
	local port urls=()
	for port in $node_ports; do urls+=("redis://default:$password@127.0.0.1:$port/0"); done
	(IFS=, && echo "${urls[*]}")
}

stop() {
	local name pid
	for name in "${names[@]}"; do
		alive "$1/$name.pid" || continue
		pid=$(cat "$1/$name.pid")
		kill "$pid"
		for _ in $(seq 100); do
			alive "$1/$name.pid" || break
			sleep 0.1
		done
		kill -9 "$pid" 2>/dev/null || true
		rm -f "$1/$name.pid"
	done
}

drop() {
	local name
	[ -f "$1/env" ] || return 0
	for name in "${names[@]}"; do
		! alive "$1/$name.pid" || kill -9 "$(cat "$1/$name.pid")"
	done
	rm -rf "$1"
}

run() {
	local options=()
	while [ $# -gt 0 ] && [ "$1" != -- ]; do
		options+=("$1")
		shift
	done
	shift
	local dir
	dir=$(mktemp -d "${TMPDIR:-/tmp}/cunwu-services.XXXXXX")
	# shellcheck disable=SC2064 # the folder of now
	trap "drop '$dir'" EXIT
	trap 'exit 130' INT TERM
	"$0" start "$dir" "${options[@]}"
	# shellcheck disable=SC1091
	. "$dir/env"
	"$@"
}

# background LOG PIDFILE CMD…: its own session, so that a Ctrl-C meant for the tests does not stop it first
background() {
	local log=$1 pidfile=$2
	shift 2
	setsid "${as_owner[@]}" "$@" >"$log" 2>&1 </dev/null &
	echo $! >"$pidfile"
}

mysql_ready() {
	wait_for "$1/mysql.pid" mariadb-admin --no-defaults -utest -p"$password" -h127.0.0.1 -P"$mysql_port" ping
}

redis_ready() {
	REDISCLI_AUTH=$password wait_for "$1/$2.pid" redis-cli -p "$3" ping
}

# wait_for PIDFILE CMD…: until CMD succeeds, or the process is gone
wait_for() {
	local pidfile=$1
	shift
	for _ in $(seq 600); do
		alive "$pidfile" || return 1
		"$@" >/dev/null 2>&1 && return 0
		sleep 0.1
	done
	return 1
}

# A killed process that nobody has waited for still has its number: that is not alive.
alive() { [ -s "$1" ] && grep -q '^State:[[:space:]]*[^ZX]' "/proc/$(cat "$1")/status" 2>/dev/null; }

own() { [ ${#as_owner[@]} = 0 ] || chown -R mysql:mysql "$1"; }

# Below the range from which the kernel takes ports for outgoing connections.
free_port() {
	local port
	for port in $(shuf -i 20000-32000 -n 50); do
		(exec 3<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null || { echo "$port" && return; }
	done
}

secret() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }

fail() {
	echo "services.sh: $*" >&2
	exit 1
}

fail_log() {
	tail -20 "$1" >&2
	fail "see $1"
}

main "$@"
