#!/usr/bin/env bash
# 演练：把备份恢复到一个临时的地方，核对审计链、公开账本和积分账，再全部删掉。正在用的数据不碰。
#
#   verify-backup.sh 备份或文件夹 [--key 私钥文件] [--against 签名首页文件] [--server 程序]
#
# 给的是文件夹就取最新的一份。总密钥从 CUNWU_SECRET_KEY（或 _FILE）读，要和备份时的一样。
# MySQL 的备份要本机装有 MariaDB：临时开一个，用完就关。每周用定时任务做一次，在放私钥的那台机器上，不在服务器上。
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$here/settings.sh"

main() {
	case ${1:-} in '' | -*) sed -n '2,4p' "$0" && exit 2 ;; esac
	local all=("$@") archive=$1 key='' against='' server=cunwu
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--key) key=${2:?--key 后面写私钥文件} ;;
		--against) against=${2:?--against 后面写文件} ;;
		--server) server=${2:?--server 后面写程序} ;;
		*) fail "看不懂 $1" ;;
		esac
		shift 2
	done
	[ ! -d "$archive" ] || archive=$(newest "$archive")
	[ -f "$archive" ] || fail "没有找到备份：$archive"
	command -v "$server" >/dev/null || fail "找不到程序 $server，用 --server 指出"
	local inside
	inside=$(unpack "$archive" "$key" -t) || fail "$archive 打不开：密钥不对，或者损坏了"
	case $inside in
	*database.sql.gz*)
		[ -n "${VERIFY_INSIDE:-}" ] || VERIFY_INSIDE=yes exec "$here/services.sh" run -- "$here/verify-backup.sh" "${all[@]}"
		;;
	esac

	place=$(mktemp -d "${TMPDIR:-/tmp}/cunwu-verify.XXXXXX")
	trap 'rm -rf "$place"' EXIT
	private_database "$inside"
	"$here/restore.sh" "$archive" ${key:+--key "$key"} >"$place/report" || fail "恢复失败：$archive"
	"$server" migrate >"$place/migrated"
	"$server" verify audit || fail "审计链有问题：$archive"
	"$server" verify log ${against:+--against "$against"} || fail "公开账本有问题：$archive"
	"$server" verify merit || fail "积分账有问题：$archive"
	echo "这份备份能恢复，核对无误：$archive"
}

newest() { find "$1" -maxdepth 1 \( -name 'cunwu-*.tar' -o -name 'cunwu-*.tar.age' \) | sort | tail -n 1; }

# private_database LISTING: where to restore to, never what the environment names
private_database() {
	export CUNWU_DATA_DIR=$place/data
	unset CUNWU_DATABASE_URL_FILE CUNWU_DATABASE_READ_URL CUNWU_DATABASE_READ_URL_FILE
	case $1 in
	*database.sqlite.gz*) export CUNWU_DATABASE_URL=sqlite://$place/data/cunwu.db ;;
	*database.sql.gz*)
		local name=cunwu_verify_$$
		export CUNWU_DATABASE_URL=mysql://${TEST_MYSQL_DSN%/}/
		work=$place
		read_settings
		mysql_database=''
		echo "CREATE DATABASE $name CHARACTER SET utf8mb4" | "$mysql_client" --defaults-file="$client_file"
		CUNWU_DATABASE_URL=mysql://${TEST_MYSQL_DSN%/}/$name
		;;
	*) fail "里面没有数据库，不是备份" ;;
	esac
}

main "$@"
