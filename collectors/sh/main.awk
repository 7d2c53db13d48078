# Says when a sample is due, takes it and sends it. Times are epoch milliseconds unless they say otherwise.

function now(    command, time) {
    command = ENVIRON["SA_NOW"]
    command | getline time
    close(command)
    return time + 0
}

# Seconds since boot, by a clock that nobody sets.
function monotonic(    fields) {
    split(first_line("/proc/uptime"), fields, " ")
    return fields[1] + 0
}

# CPU time of this program and of those it has waited for, in ticks.
function ticks_used(    line, fields) {
    line = first_line("/proc/self/stat")
    sub(/.*\) /, "", line)
    split(line, fields, " ")
    return fields[12] + fields[13] + fields[14] + fields[15]
}

# In short steps: where this program is killed, a sleep is left for seconds at most. By a pipe and not by system(),
# which would let an interrupt pass by.
function rest_until(due,    left, command, line) {
    while ((left = due - now()) > 0) {
        left = (left > 5000 ? 5000 : left) / 1000
        if (ENVIRON["SA_FRACTION"] == "" && left > int(left)) left = int(left) + 1
        command = sprintf("exec sleep %.3f", left)
        if (ENVIRON["SA_FRACTION"] == "") command = sprintf("exec sleep %.0f", left)
        command | getline line
        close(command)
    }
}

# Whole multiples of the interval, so that all hosts sample at the same moments.
function next_due(time) { return (int(time / interval) + 1) * interval }

# One sample of the probe as JSON.
function sample(probe, time,    seconds, started, out, at, id) {
    started = ticks_used()
    at = monotonic()
    seconds = (probe in taken_at) ? at - taken_at[probe] : ""
    if (seconds != "" && seconds <= 0) seconds = ""
    taken_at[probe] = at
    partial = truncated = 0
    id = ENVIRON["SA_START"] ":" whole(seq[probe])
    # No longer than a daemon takes.
    if (length(host probe id) <= 254) id = host ":" probe ":" id
    out = "{\"id\":\"" id "\",\"host\":\"" host \
        "\",\"probe\":\"" probe "\",\"t\":" whole(time) ",\"v\":1,\"boot\":" boot ",\"seq\":" whole(seq[probe]) \
        ",\"intervalMs\":" whole(interval) ",\"dtMs\":" number(seconds == "" ? "" : seconds * 1000, 1)
    seq[probe]++
    out = out details(probe, probe == "top" ? top_fields(seconds) : netstat_fields(seconds))
    out = out ",\"tookUs\":" whole((ticks_used() - started) * 1000000 / ticks_per_second)
    return out ",\"flags\":[" flags(seconds == "") "]}"
}

# The fields, and before them which are details: tables that only those want who look at this host.
function details(probe, fields) {
    if (probe != "top") return ",\"details\":[\"conns\",\"peers\",\"listen\",\"proto\"]" fields
    return ",\"details\":[" (cpu_count > 16 ? "\"cpus\"," : "") "\"procs\"]" fields
}

function flags(is_first,    out) {
    out = is_first ? ",\"first\"" : ""
    if (truncated) out = out ",\"truncated\""
    if (partial) out = out ",\"partial\""
    return substr(out, 2)
}

# The sample is read from standard input: no shell ever looks at it. The `cat` at the end takes what a redis-cli that
# could not connect has left, so that this program does not write into a closed pipe.
function send(probe, time, text,    key, command) {
    key = ENVIRON["SA_PREFIX"] ":{" host "}:" probe
    command = "r=$(" ENVIRON["SA_CLI"] "-x ZADD '" key "' " whole(time) " 2>&1); case $r in [01]) exit 0 ;; esac; " \
        "cat >/dev/null; " \
        (away ? "" : "printf 'collector: Redis takes no sample: %.200s\\n' \"${r:-no answer}\" >&2; ") "exit 1"
    printf "%s", text | command
    if (close(command) != 0) {
        away = 1
        lost++
        trimmed[probe] = 0
        return
    }
    if (away) {
        printf "collector: Redis takes samples again; lost: %s\n", whole(lost) > "/dev/stderr"
        away = lost = 0
    }
    if (trimmed[probe]++ % 30 == 0) trim(key, time)
}

# What lies in the future goes first, as a clock that was set back has left it; a user who may not do that trims all the
# same. A clock before 2020 was never set.
function trim(key, time,    command) {
    command = ENVIRON["SA_CLI"] ">/dev/null 2>&1"
    if (time >= 1577836800000) printf "ZREMRANGEBYSCORE %s (%s +inf\n", key, whole(time + 5000) | command
    printf "MULTI\nZREMRANGEBYRANK %s 0 -%s\nPEXPIRE %s %s\nEXEC\n", key, whole(ENVIRON["SA_KEEP"] + 1), key, \
        whole(ENVIRON["SA_RETENTION"] + 0) | command
    close(command)
}

BEGIN {
    json_begin()
    host = ENVIRON["SA_HOST"]
    interval = ENVIRON["SA_INTERVAL"] + 0
    ticks_per_second = ENVIRON["SA_TICKS"] + 0
    page_kib = ENVIRON["SA_PAGE"] / 1024
    boot = substr(first_line("/proc/sys/kernel/random/boot_id"), 1, 8)
    boot = boot == "" ? "null" : string(boot)
    probes = split(ENVIRON["SA_PROBES"], probe_names, " ")
    names_of_users()
    if (ENVIRON["SA_ONCE"] != "") {
        time = now()
        for (i = 1; i <= probes; i++) sample(probe_names[i], time)
        rest_until(time + interval)
        for (i = 1; i <= probes; i++) print sample(probe_names[i], now())
        exit 0
    }
    while (1) {
        rest_until(next_due(now()))
        for (i = 1; i <= probes; i++) {
            time = now()
            send(probe_names[i], time, sample(probe_names[i], time))
        }
    }
}
