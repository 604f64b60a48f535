#!/usr/bin/env bash
# 恢复：把 backup.sh 做的备份放回数据库和数据文件夹。先停服务。
#
#   restore.sh 备份.tar [--force] [--key 私钥文件]   目标里已有数据时不动它；--force 换掉（原来的文件移到旁边，MySQL 里的表删掉）
#                                                    加密的备份（.tar.age）要 age 的私钥
#
# 从环境读 CUNWU_DATABASE_URL 和 CUNWU_DATA_DIR（或 _FILE），和服务用的一样。
# 恢复后，备份时还没发出的通知先扣住（可能早就发过了），由管理员看过再放行，办法见最后的提示。
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$here/settings.sh"

hold="UPDATE notices SET state='held_restore' WHERE state IN ('pending','sending','held');"

main() {
	[ -f "${1:-}" ] || { sed -n '2,5p' "$0" && exit 2; }
	local archive=$1 key=''
	force=no
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--force) force=yes ;;
		--key) key=${2:?--key 后面写私钥文件} && shift ;;
		*) fail "看不懂 $1" ;;
		esac
		shift
	done
	work=$(mktemp -d "${TMPDIR:-/tmp}/cunwu-restore.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	read_settings
	mkdir "$work/in"
	unpack "$archive" "$key" -C "$work/in" -x || fail "$archive 不是完整的备份"
	(cd "$work/in" && sha256sum --quiet --check SHA256SUMS) || fail "备份和它的校验和不一致，可能损坏了"
	grep -q "^driver=$driver\$" "$work/in/MANIFEST" || fail "这份备份不是 $driver 的"

	# All refusals come before the first change.
	"check_$driver"
	check_data
	aside=before-restore-$(date -u +%Y%m%dT%H%M%SZ)
	"restore_$driver"
	restore_data
	say_next
}

check_mysql() {
	local tables others
	tables=$(echo "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE()" | sql) || fail "连不上数据库；库要先建好：CREATE DATABASE $mysql_database CHARACTER SET utf8mb4"
	others=$(echo "SELECT COUNT(*) FROM information_schema.processlist WHERE db = DATABASE() AND id <> CONNECTION_ID()" | sql) || others=0
	[ "$others" = 0 ] || fail "还有 $others 个连接在用数据库 $mysql_database，先停服务"
	[ "$tables" = 0 ] || [ $force = yes ] || fail "数据库 $mysql_database 里已有 $tables 个表；确定要换掉就加 --force"
}

check_sqlite() {
	[ ! -e "$sqlite_file" ] || [ $force = yes ] || fail "$sqlite_file 已经存在；确定要换掉就加 --force"
	! command -v fuser >/dev/null || ! fuser -s "$sqlite_file" 2>/dev/null || fail "还有程序在用 $sqlite_file，先停服务"
}

check_data() {
	[ -z "$(data_entries | tr -d '\0')" ] || [ $force = yes ] || fail "$data_dir 里已有文件；确定要换掉就加 --force"
}

# What lies in the data folder, but the database's own files and what an earlier restore put aside.
data_entries() {
	[ ! -d "$data_dir" ] || find "$data_dir" -mindepth 1 -maxdepth 1 \
		! -path "${sqlite_file:-/dev/null}" ! -path "${sqlite_file:-/dev/null}-*" ! -name 'before-restore-*' ! -name lost+found -print0
}

restore_mysql() {
	{
		echo 'SET FOREIGN_KEY_CHECKS=0;'
		echo "SELECT CONCAT('DROP ', IF(table_type='VIEW','VIEW','TABLE'), ' \`', REPLACE(table_name,'\`','\`\`'), '\`;') FROM information_schema.tables WHERE table_schema = DATABASE()" | sql
	} >"$work/drop.sql"
	sql <"$work/drop.sql"
	# The first line of a newer mariadb-dump is a command that older and other clients do not know.
	gzip -dc "$work/in/database.sql.gz" | sed '1{/enable the sandbox mode/d}' | sql || fail "导入数据库失败"
	if [ "$(echo "SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = DATABASE() AND table_name = 'notices'" | sql)" = 1 ]; then
		held=$(echo "$hold SELECT ROW_COUNT();" | sql)
	fi
}

restore_sqlite() {
	local dir
	dir=$(dirname "$sqlite_file")
	mkdir -p "$dir"
	gzip -dc "$work/in/database.sqlite.gz" >"$sqlite_file.restoring"
	if [ "$(sqlite3 "$sqlite_file.restoring" "SELECT COUNT(*) FROM sqlite_master WHERE name = 'notices'")" = 1 ]; then
		held=$(sqlite3 -bail "$sqlite_file.restoring" "$hold SELECT changes();")
	fi
	local part
	for part in '' -wal -shm -journal; do
		[ ! -e "$sqlite_file$part" ] || mv "$sqlite_file$part" "$sqlite_file.$aside$part"
	done
	same_owner "$dir" "$sqlite_file.restoring"
	mv "$sqlite_file.restoring" "$sqlite_file"
}

restore_data() {
	mkdir -p "$data_dir"
	if [ -n "$(data_entries | tr -d '\0')" ]; then
		mkdir "$data_dir/$aside"
		data_entries | xargs -0 mv -t "$data_dir/$aside"
	fi
	local part
	for part in data spool; do
		[ ! -f "$work/in/$part.tar.gz" ] || tar -C "$data_dir" -xzf "$work/in/$part.tar.gz"
	done
}

# same_owner LIKE FILE: root restores for the service's user
same_owner() { [ "$(id -u)" != 0 ] || chown --reference="$1" "$2"; }

say_next() {
	cat <<TEXT
恢复完成。扣住的通知：${held:-0} 条。
接下来：
  1. 确认 CUNWU_SECRET_KEY 和备份时的一样（换过的，旧的写进 CUNWU_OLD_SECRET_KEYS）。
  2. Redis 里的登录可能比备份新：redis-cli FLUSHDB，让大家重新登录（embedded 不用）。
  3. 启动服务，看过扣住的通知（server notices dead），再一条条重发（server notices resend 编号）或全部放行（server notices release）。
TEXT
}

main "$@"
