#!/usr/bin/env bash
# 备份：把数据库和数据文件夹存成一个 .tar 文件。服务不用停。
#
#   backup.sh 文件夹 [--keep N] [--encrypt-to 公钥文件]     只留最近 N 份；用 age 加密
#
# 公钥文件：在另一台机器上 age-keygen -o backup.key，把它打印的 age1… 一行写进这个文件；backup.key 不放在服务器上。
# 从环境读 CUNWU_DATABASE_URL 和 CUNWU_DATA_DIR（或 _FILE），和服务用的一样。
# 备份里有村民的姓名、来信等个人信息：放在只有管理员能读的地方，离机存放一定要加密。
# 总密钥 CUNWU_SECRET_KEY 不在备份里，要另外保存；没有它，身份证号和手机号恢复不出来。
set -euo pipefail
umask 077
here=$(cd "$(dirname "$0")" && pwd)
# shellcheck source-path=SCRIPTDIR source=settings.sh
. "$here/settings.sh"

main() {
	case ${1:-} in '' | -*) sed -n '2,6p' "$0" && exit 2 ;; esac
	local folder=$1 keep=0 recipients=''
	shift
	while [ $# -gt 0 ]; do
		case $1 in
		--keep) keep=${2:?--keep 后面写份数} ;;
		--encrypt-to) recipients=${2:?--encrypt-to 后面写公钥文件} ;;
		*) fail "看不懂 $1" ;;
		esac
		shift 2
	done
	if [ -n "$recipients" ]; then
		need_tool age age
		[ -r "$recipients" ] || fail "读不了公钥文件 $recipients"
		! grep -q AGE-SECRET-KEY "$recipients" || fail "$recipients 是私钥：这里只要 age1… 开头的公钥，私钥不放在服务器上"
	fi
	mkdir -p "$folder"
	folder=$(cd "$folder" && pwd)
	work=$(mktemp -d "$folder/.backup.XXXXXX")
	trap 'rm -rf "$work"' EXIT
	read_settings
	mkdir "$work/out"

	# In this order nothing falls between: a message is spooled first, then a row; a picture is a
	# file first, then a row. What is in both copies is recognised when it is read again.
	pack spool "$data_dir" spool
	"dump_$driver"
	pack data "$data_dir" . --exclude=./spool
	rm -f "$work/client.cnf"

	printf 'driver=%s\nmade=%s\n' "$driver" "$(date -u +%Y-%m-%dT%H:%M:%SZ)" >"$work/out/MANIFEST"
	(cd "$work/out" && sha256sum -- * >SHA256SUMS)
	local name
	name=cunwu-$(date -u +%Y%m%dT%H%M%SZ).tar
	if [ -n "$recipients" ]; then
		name=$name.age
		tar -C "$work/out" -cf - . | age -R "$recipients" -o "$work/$name" || fail "加密失败"
	else
		tar -C "$work/out" -cf "$work/$name" .
	fi
	sync "$work/$name"
	mv "$work/$name" "$folder/$name"
	[ "$keep" = 0 ] || prune "$folder" "$keep"
	echo "$folder/$name"
}

# pack NAME DIR WHAT [OPTION…]: files that change or go away meanwhile are no failure
pack() {
	local name=$1 dir=$2 what=$3 result=0 excludes=()
	shift 3
	[ -e "$dir/$what" ] || return 0
	if [ -n "$sqlite_file" ]; then
		case $sqlite_file in "$dir"/*) excludes=("--exclude=./${sqlite_file#"$dir"/}" "--exclude=./${sqlite_file#"$dir"/}-*") ;; esac
	fi
	tar -C "$dir" --anchored "${excludes[@]}" "$@" -czf "$work/out/$name.tar.gz" "$what" || result=$?
	[ $result -le 1 ] || fail "打包 $dir/$what 失败"
}

# One read transaction for the whole dump, so that it is of one moment and blocks nobody.
dump_mysql() {
	"$mysql_dump" --defaults-file="$client_file" --single-transaction --quick --skip-lock-tables --no-tablespaces \
		--hex-blob "$mysql_database" >"$work/out/database.sql" || fail "导出数据库失败"
	tail -n 1 "$work/out/database.sql" | grep -q '^-- Dump completed' || fail "导出的数据库不完整"
	gzip "$work/out/database.sql"
}

# A consistent copy that needs no lock for long, unlike .backup, which starts again at each write.
dump_sqlite() {
	[ -f "$sqlite_file" ] || fail "没有这个数据库文件：$sqlite_file"
	sqlite3 -bail -cmd '.timeout 10000' "$sqlite_file" "VACUUM INTO '${work//\'/\'\'}/out/database.sqlite'" || fail "复制数据库失败"
	[ "$(sqlite3 "$work/out/database.sqlite" 'PRAGMA integrity_check')" = ok ] || fail "复制出的数据库有损坏"
	gzip "$work/out/database.sqlite"
}

prune() {
	local old
	find "$1" -maxdepth 1 \( -name 'cunwu-*.tar' -o -name 'cunwu-*.tar.age' \) | sort -r | tail -n "+$(($2 + 1))" | while read -r old; do rm -f "$old"; done
}

main "$@"
