# The processes: `tasks`, `procs` and `others`. One `cat` reads all of them; top's first screen would hold averages
# over each process's life in place of rates.

# Reads every /proc/[pid]/stat into arrays by pid.
function read_processes(seconds,    command, line, more, rest, pid, fields) {
    split("", stat_of)
    split("", comm_of)
    split("", pct_of)
    split("", rss_of)
    split("", ticks_of)
    split("", state_of)
    split("", states)
    process_count = thread_count = 0
    command = "cat /proc/[0-9]*/stat 2>/dev/null"
    line = ""
    while ((command | getline more) > 0) {
        line = line == "" ? more : line "\n" more
        rest = line
        # A name may hold anything, ')' and line ends too, but is too short to look like the fields behind it.
        if (!sub(/^[0-9]+ \(.*\) /, "", rest) || split(rest, fields, " ") < 37) {
            if (length(line) > 4096) line = ""
            continue
        }
        pid = line + 0
        comm_of[pid] = substr(line, index(line, "(") + 1, length(line) - index(line, "(") - length(rest) - 2)
        stat_of[pid] = rest
        state_of[pid] = fields[1]
        ticks_of[pid] = fields[12] + fields[13]
        rss_of[pid] = fields[22] * page_kib
        pct_of[pid] = percentage(pid, fields[20], ticks_of[pid], seconds)
        line = ""
        process_count++
        thread_count += fields[18]
        states[class_of(fields[1])]++
    }
    close(command)
    if (process_count == 0) partial = 1
    remember_processes()
}

function class_of(state) {
    if (state == "R") return "running"
    if (state == "D") return "uninterruptible"
    if (state == "Z" || state == "X") return "zombie"
    if (state == "T" || state == "t") return "stopped"
    return "sleeping"
}

# Percent of one CPU. A process that is new was started within the interval: all its time counts.
function percentage(pid, start, ticks, seconds,    before) {
    if (seconds == "") return ""
    before = ((pid, "ticks") in old_process) && old_process[pid, "start"] == start ? old_process[pid, "ticks"] : 0
    if (ticks < before) return ""
    return (ticks - before) / ticks_per_second / seconds * 100
}

function remember_processes(    pid, fields) {
    split("", old_faults)
    for (pid in stat_of) {
        split(stat_of[pid], fields, " ")
        if (((pid, "start") in old_process) && old_process[pid, "start"] == fields[20])
            old_faults[pid] = old_process[pid, "faults"]
    }
    split("", old_process)
    for (pid in stat_of) {
        split(stat_of[pid], fields, " ")
        old_process[pid, "start"] = fields[20]
        old_process[pid, "ticks"] = ticks_of[pid]
        old_process[pid, "faults"] = fields[10]
    }
}

function task_counts() {
    return "{\"total\":" whole(process_count) ",\"running\":" whole(states["running"]) ",\"sleeping\":" \
        whole(states["sleeping"]) ",\"stopped\":" whole(states["stopped"]) ",\"zombie\":" whole(states["zombie"]) \
        ",\"uninterruptible\":" whole(states["uninterruptible"]) ",\"threads\":" whole(thread_count) \
        ",\"hiddenThreads\":null}"
}

# Marks the `count` largest of `value_of`, those above 0.
function choose_largest(value_of, count,    kept, least, pid, k, top_pids, n) {
    n = 0
    for (pid in value_of) {
        if (value_of[pid] + 0 <= 0 || (n == count && value_of[pid] + 0 <= value_of[top_pids[n]] + 0)) continue
        if (n < count) n++
        for (k = n; k > 1 && value_of[top_pids[k - 1]] + 0 < value_of[pid] + 0; k--) top_pids[k] = top_pids[k - 1]
        top_pids[k] = pid
    }
    for (k = 1; k <= n; k++) if (!(top_pids[k] in chosen)) {
        chosen[top_pids[k]] = 1
        order[++chosen_count] = top_pids[k]
    }
}

function process_fields(seconds,    pid, k, rows, left_count, left_pct, left_rss) {
    split("", chosen)
    split("", order)
    chosen_count = 0
    choose_largest(pct_of, 20)
    choose_largest(rss_of, 20)
    for (pid in state_of) if (state_of[pid] ~ /[DZ]/ && !(pid in chosen)) {
        if (chosen_count >= 60) {
            truncated = 1
            break
        }
        chosen[pid] = 1
        order[++chosen_count] = pid
    }
    find_users()
    read_shared()
    for (k = 1; k <= chosen_count; k++) rows = rows "," process_row(order[k], seconds)
    for (pid in stat_of) if (!(pid in chosen)) {
        left_count++
        left_pct += pct_of[pid]
        left_rss += rss_of[pid]
    }
    return ",\"busiest\":" busiest() ",\"procs\":{\"cols\":[\"pid\",\"start\",\"ppid\",\"user\",\"state\",\"cpuPct\",\"rssKiB\",\"virtKiB\"," \
        "\"shrKiB\",\"threads\",\"prio\",\"nice\",\"timeMs\",\"rdBps\",\"wrBps\",\"majfltPerS\",\"unit\",\"comm\"," \
        "\"cmd\"],\"rows\":[" substr(rows, 2) "]},\"others\":{\"count\":" whole(left_count) ",\"cpuPct\":" \
        number(seconds == "" ? "" : left_pct + 0, 1) ",\"rssKiB\":" whole(left_rss) ",\"exitedCpuPct\":null" \
        ",\"unattributedCpuPct\":null,\"rdBps\":null,\"wrBps\":null}"
}

# The process that used most CPU: the largest were chosen first.
function busiest(    pid) {
    pid = order[1]
    if (pid == "" || pct_of[pid] + 0 <= 0) return "null"
    return "{\"pid\":" pid ",\"comm\":" string(comm_of[pid]) ",\"cpuPct\":" number(pct_of[pid], 1) "}"
}

# One `grep` reads them all; a process that ends meanwhile would end some awks that read it themselves.
function read_shared(    command, k, line, fields) {
    split("", shared_of)
    command = ""
    for (k = 1; k <= chosen_count; k++) command = command " /proc/" order[k] "/statm"
    command = "grep ." command " /dev/null 2>/dev/null"
    while ((command | getline line) > 0) {
        sub(/^\/proc\//, "", line)
        split(line, fields, " ")
        if (line ~ /:/) shared_of[line + 0] = fields[3]
    }
    close(command)
}

function process_row(pid, seconds,    f) {
    split(stat_of[pid], f, " ")
    return "[" pid "," whole(f[20] * 1000 / ticks_per_second) "," f[2] "," user_of(pid) "," string(f[1]) "," \
        number(pct_of[pid], 1) "," whole(rss_of[pid]) "," whole(f[21] / 1024) "," \
        number(shared_of[pid] == "" ? "" : shared_of[pid] * page_kib, 0) "," f[18] "," f[16] "," f[17] "," \
        whole(ticks_of[pid] * 1000 / ticks_per_second) ",null,null," \
        number(rate(old_faults[pid], f[10], seconds), 1) ",null," string(comm_of[pid]) ",null]"
}

function names_of_users(    line, fields) {
    while ((getline line < "/etc/passwd") > 0)
        if (split(line, fields, ":") > 3 && !(fields[3] in user_names)) user_names[fields[3]] = fields[1]
    close("/etc/passwd")
}

# The owners of the chosen processes that are not known yet, by one `ls`.
function find_users(    k, pid, key, list, line, fields, command, known) {
    list = ""
    for (k = 1; k <= chosen_count; k++) {
        pid = order[k]
        key = pid " " old_process[pid, "start"]
        if (key in user_ids) known[key] = user_ids[key]
        else list = list " /proc/" pid
    }
    split("", user_ids)
    for (key in known) user_ids[key] = known[key]
    if (list == "") return
    command = "ls -ldn" list " 2>/dev/null"
    while ((command | getline line) > 0) {
        split(line, fields, " ")
        pid = line
        sub(/.*\/proc\//, "", pid)
        user_ids[pid " " old_process[pid, "start"]] = fields[3]
    }
    close(command)
}

function user_of(pid,    key, id) {
    key = pid " " old_process[pid, "start"]
    if (!(key in user_ids)) return "null"
    id = user_ids[key]
    return string(id in user_names ? user_names[id] : id)
}
