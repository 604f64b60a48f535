# shellcheck shell=bash disable=SC2034,SC2154 # its variables are for those who read it, and work is theirs
# Read by backup.sh, restore.sh and verify-backup.sh: where the server keeps its rows and files, from the same
# variables as the server, and a database client that never shows a password in the process list.

fail() {
	echo "错误：$*" >&2
	exit 1
}

# setting NAME [DEFAULT]: the variable, or the content of the file that NAME_FILE names
setting() {
	local value=${!1:-} file=$1_FILE
	file=${!file:-}
	if [ -z "$value" ] && [ -n "$file" ]; then
		value=$(tr -d '\r\n' <"$file") || fail "读不了 $1_FILE 指的文件 $file"
	fi
	printf '%s' "${value:-${2:-}}"
}

read_settings() {
	database_url=$(setting CUNWU_DATABASE_URL)
	data_dir=$(setting CUNWU_DATA_DIR /var/lib/cunwu)
	data_dir=${data_dir%/}
	case $database_url in
	sqlite:///*)
		driver=sqlite
		sqlite_file=${database_url#sqlite://}
		sqlite_file=/${sqlite_file##/}
		need_tool sqlite3 sqlite3
		;;
	mysql://*)
		driver=mysql
		sqlite_file=''
		mysql_client=$(first_of mariadb mysql) || fail "缺少 mariadb-client（或 mysql-client），请先安装"
		mysql_dump=$(first_of mariadb-dump mysqldump) || fail "缺少 mariadb-dump（或 mysqldump），请先安装"
		write_client_file "${database_url#mysql://}"
		;;
	'') fail "没有设置 CUNWU_DATABASE_URL" ;;
	*) fail "CUNWU_DATABASE_URL 要写成 mysql://用户:密码@tcp(主机:3306)/库名 或 sqlite:///绝对路径" ;;
	esac
}

need_tool() { command -v "$1" >/dev/null || fail "缺少 $1，请先安装 $2"; }

first_of() { command -v "$1" || command -v "$2"; }

# write_client_file DSN: go-sql-driver's form; the last / ends the address, the last @ before it the password
write_client_file() {
	local left=${1%/*} user password address where
	mysql_database=${1##*/}
	mysql_database=${mysql_database%%\?*}
	user=${left%@*}
	address=${left##*@}
	password=''
	case $user in *:*) password=${user#*:} && user=${user%%:*} ;; esac
	where=${address#*\(}
	where=${where%\)}
	client_file=$work/client.cnf
	{
		echo '[client]'
		echo "user=$(quoted "$user")"
		echo "password=$(quoted "$password")"
		echo 'default-character-set=utf8mb4'
		case $address in
		unix\(*) echo "socket=$(quoted "$where")" ;;
		tcp\(*)
			case $where in
			\[*\]*) echo "host=$(expr "$where" : '\[\(.*\)\]')" && where=${where##*\]} ;;
			*) echo "host=${where%%:*}" ;;
			esac
			case $where in *:*) echo "port=${where##*:}" ;; esac
			echo 'protocol=tcp'
			;;
		*) fail "CUNWU_DATABASE_URL 里的主机要写在 tcp(…) 里" ;;
		esac
		case $1 in *[?\&]tls=true* | *[?\&]tls=skip-verify*) case $mysql_client in *mariadb) echo ssl ;; *) echo ssl-mode=REQUIRED ;; esac ;; esac
	} >"$client_file"
}

quoted() {
	local text=${1//\\/\\\\}
	printf '"%s"' "${text//\"/\\\"}"
}

# unpack ARCHIVE KEY TAR-OPTION…: reads a backup, decrypted if it is encrypted
unpack() {
	local archive=$1 key=$2
	shift 2
	case $archive in
	*.age)
		need_tool age age
		[ -r "$key" ] || fail "这份备份加了密，要用 --key 指出 age 的私钥文件"
		age -d -i "$key" "$archive" | tar "$@" -f -
		;;
	*) tar "$@" -f "$archive" ;;
	esac
}

# sql: statements on standard input, rows on standard output
sql() { "$mysql_client" --defaults-file="$client_file" --batch --skip-column-names "$mysql_database"; }
