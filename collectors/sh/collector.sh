#!/bin/sh
# The portable collector: samples this host with what every Linux host has, and sends the samples with redis-cli.
# It needs a POSIX sh, awk and redis-cli, and ss or netstat for the connections; `--help` says more.
set -eu

folder=$(CDPATH='' cd -- "$(dirname -- "$0")" && pwd)
# Bytes are bytes and decimals have a point, whatever the host speaks.
LC_ALL=C
export LC_ALL

usage() {
    cat <<'TEXT'
usage: collector.sh [options]

Samples this host until it is ended, and sends the samples to Redis.

  --redis URL        redis://[USER:PASSWORD@]HOST[:PORT][/DB], rediss:// for TLS, unix:///PATH[?db=DB];
                     default: $COLLECTOR_REDIS, else redis://127.0.0.1:6379
                     better keep the password off the command line: in REDISCLI_AUTH or COLLECTOR_REDIS
  --host NAME        default: the host's own name; letters, digits, '.', '_', '-'
  --interval TIME    1s to 1h; default 1s (ms, s, m and h are units)
  --probe NAME       top or netstat; may be repeated; default both
  --keep N           samples that each key keeps, 1 to 1000000; default 3600
  --retention TIME   10s to 720h; default 2h
  --prefix TEXT      default sa
  --once             print one sample of each probe and end; Redis is not asked
  --help

While Redis is away it goes on; the samples of that time are lost. The native collector keeps them.
Command lines are not sent, and neither is what only root may see.
TEXT
}

fail() { # fail STATUS MESSAGE
    printf 'collector: %s\n' "$2" >&2
    exit "$1"
}

usage_error() {
    fail 64 "$1; --help says what is allowed"
}

# Milliseconds of TIME, or a usage error: duration OPTION TIME MINIMUM-MS MAXIMUM-MS
duration() {
    case $2 in
    *ms) number=${2%ms} unit=1 ;;
    *s) number=${2%s} unit=1000 ;;
    *m) number=${2%m} unit=60000 ;;
    *h) number=${2%h} unit=3600000 ;;
    *) number=x unit=1 ;;
    esac
    case $number in '' | *[!0-9]* | ?????????*) usage_error "$1 '$2' is no time" ;; esac
    number=$(printf '%s' "$number" | sed 's/^0*\(.\)/\1/')
    milliseconds=$((number * unit))
    if [ "$milliseconds" -lt "$3" ] || [ "$milliseconds" -gt "$4" ]; then usage_error "$1 '$2' is out of range"; fi
}

# A single word for the shell, whatever it holds.
quote() {
    printf "'%s' " "$(printf '%s' "$1" | sed "s/'/'\\\\''/g")"
}

# %41 becomes A.
decode() {
    printf '%s' "$1" | awk '
        BEGIN { for (i = 1; i < 256; i++) char[sprintf("%02x", i)] = sprintf("%c", i) }
        {
            out = ""
            for (i = 1; i <= length($0); i++) {
                c = substr($0, i, 1)
                if (c == "%" && (tolower(substr($0, i + 1, 2)) in char)) {
                    c = char[tolower(substr($0, i + 1, 2))]
                    i += 2
                }
                out = out c
            }
            printf "%s%s", (NR > 1 ? "\n" : ""), out
        }'
}

# Sets `cli`, the words of a redis-cli command, and REDISCLI_AUTH; the password is in no word.
parse_redis() {
    cli=
    rest=${1#*://}
    case $1 in
    unix:///*)
        cli="-s $(quote "$(decode "${rest%%\?*}")")"
        case $rest in
        *\?db=*) database=${rest##*\?db=} ;;
        *\?*) usage_error "--redis: only db may stand behind '?'" ;;
        *) database=0 ;;
        esac
        ;;
    redis://?* | rediss://?*)
        case $1 in rediss:*) cli="--tls " ;; esac
        case $rest in
        */*) database=${rest#*/} rest=${rest%%/*} ;;
        *) database=0 ;;
        esac
        case $rest in
        *@*)
            user=$(decode "$(printf '%s' "${rest%@*}" | sed 's/:.*//')")
            case ${rest%@*} in
            *:*)
                REDISCLI_AUTH=$(decode "$(printf '%s' "${rest%@*}" | sed 's/^[^:]*://')")
                export REDISCLI_AUTH
                ;;
            esac
            if [ -n "$user" ]; then cli="$cli--user $(quote "$user")"; fi
            rest=${rest##*@}
            ;;
        esac
        port=6379
        case $rest in
        \[*\]:*) port=${rest##*\]:} rest=${rest%:*} ;;
        \[*\]) ;;
        *:*) port=${rest##*:} rest=${rest%:*} ;;
        esac
        rest=${rest#\[} rest=${rest%\]}
        case $rest in '' | *[!0-9A-Za-z._:-]*) usage_error "--redis: no host" ;; esac
        case $port in '' | *[!0-9]*) usage_error "--redis: the port is no number" ;; esac
        cli="$cli-h $(quote "$rest")-p $port "
        ;;
    *) usage_error "--redis: neither redis://, rediss:// nor unix:///" ;;
    esac
    database=${database:-0}
    case $database in *[!0-9]*) usage_error "--redis: the database is no number" ;; esac
    if [ "$database" != 0 ]; then cli="$cli-n $database "; fi
}

redis=${COLLECTOR_REDIS:-redis://127.0.0.1:6379}
host=
interval=1s
probes=
keep=3600
retention=2h
prefix=sa
once=
while [ $# -gt 0 ]; do
    option=$1
    shift
    case $option in
    --*=*) value=${option#*=} option=${option%%=*} ;;
    --once | --help) value= ;;
    --redis | --host | --interval | --probe | --keep | --retention | --prefix)
        [ $# -gt 0 ] || usage_error "$option needs a value"
        value=$1
        shift
        ;;
    *) usage_error "unknown option '$option'" ;;
    esac
    case $option in
    --redis) redis=$value ;;
    --host) host=$value ;;
    --interval) interval=$value ;;
    --keep) keep=$value ;;
    --retention) retention=$value ;;
    --prefix) prefix=$value ;;
    --once) once=1 ;;
    --help)
        usage
        exit 0
        ;;
    --probe)
        case $value in top | netstat) ;; *) usage_error "--probe '$value' is not known" ;; esac
        case " $probes " in *" $value "*) ;; *) probes="$probes $value" ;; esac
        ;;
    *) usage_error "unknown option '$option'" ;;
    esac
done

if [ -z "$host" ]; then
    host=$({ cat /proc/sys/kernel/hostname || uname -n; } 2>/dev/null | tr -c '0-9A-Za-z._\n-' '-')
    host=${host:-localhost}
fi
case $host in '' | *[!0-9A-Za-z._-]*) usage_error "--host '$host' is no name" ;; esac
[ ${#host} -le 253 ] || usage_error "--host is longer than 253"
case $prefix in '' | *[!0-9A-Za-z._-]*) usage_error "--prefix '$prefix' is no prefix" ;; esac
[ ${#prefix} -le 64 ] || usage_error "--prefix is longer than 64"
case $keep in '' | *[!0-9]* | 0* | ????????*) usage_error "--keep '$keep' is no count" ;; esac
[ "$keep" -le 1000000 ] || usage_error "--keep '$keep' is out of range"
duration --retention "$retention" 10000 2592000000
retention=$milliseconds
duration --interval "$interval" 1000 3600000
parse_redis "$redis"

[ -r /proc/stat ] || fail 69 "/proc/stat cannot be read: this collector is for Linux"
command -v awk >/dev/null || fail 69 "awk is missing"
[ -n "$once" ] || command -v redis-cli >/dev/null || fail 69 "redis-cli is missing"

# A Redis that accepts and never answers must not hold up the samples for ever.
limit=
if timeout 5 true 2>/dev/null; then limit="timeout 5 "; fi
now='date +%s%3N'
case $(date +%s%3N) in *[!0-9]*) now='date +%s000' ;; esac
start=$($now)
# Two that start in one second on a host whose clock tells no milliseconds still differ.
case $now in *000) start=$((start + $$ % 1000)) ;; esac
SA_FRACTION=1
sleep 0.01 2>/dev/null || SA_FRACTION=
# Where it is compiled in but off, the files are there and cannot be read.
SA_PRESSURE=
if cat /proc/pressure/cpu >/dev/null 2>&1; then SA_PRESSURE=1; fi
SA_SOCKETS=
if ss -tan >/dev/null 2>&1; then
    SA_SOCKETS='ss -tanie'
elif netstat -tan >/dev/null 2>&1; then
    SA_SOCKETS='netstat -tan'
fi
SA_CLI="${limit}redis-cli $cli" SA_NOW=$now SA_START=$(printf %x "$start") SA_HOST=$host SA_PREFIX=$prefix
SA_PROBES=${probes:-top netstat} SA_INTERVAL=$milliseconds SA_KEEP=$keep SA_RETENTION=$retention SA_ONCE=$once
SA_TICKS=$(getconf CLK_TCK 2>/dev/null || echo 100)
SA_PAGE=$(getconf PAGESIZE 2>/dev/null || echo 4096)
export SA_CLI SA_NOW SA_START SA_HOST SA_PREFIX SA_PROBES SA_INTERVAL SA_KEEP SA_RETENTION SA_ONCE SA_TICKS SA_PAGE \
    SA_FRACTION SA_SOCKETS SA_PRESSURE
unset COLLECTOR_REDIS
exec awk -f "$folder/json.awk" -f "$folder/top.awk" -f "$folder/procs.awk" -f "$folder/netstat.awk" \
    -f "$folder/sockets.awk" -f "$folder/main.awk" </dev/null
