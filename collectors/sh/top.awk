# The probe `top`, but for its table of processes: SAMPLES' fields, read from /proc.

function top_fields(seconds,    out) {
    out = cpu_fields()
    read_processes(seconds)
    out = out ",\"load\":" load_averages() ",\"tasks\":" task_counts() \
        ",\"uptimeS\":" number(monotonic(), 2) ",\"ctxtPerS\":" number(rate(old_stat["ctxt"], stat["ctxt"], seconds), 1) \
        ",\"intrPerS\":" number(rate(old_stat["intr"], stat["intr"], seconds), 1) \
        ",\"forksPerS\":" number(rate(old_stat["processes"], stat["processes"], seconds), 1)
    return out ",\"mem\":" memory(seconds) ",\"psi\":{\"cpu\":" pressure("cpu") ",\"memory\":" pressure("memory") \
        ",\"io\":" pressure("io") "},\"disks\":" disks(seconds) process_fields(seconds)
}

# Reads /proc/stat and gives `cpu` and `cpus`.
function cpu_fields(    line, fields, key, cpus, list, k, one, total, place, here) {
    split("", old_stat)
    for (key in stat) old_stat[key] = stat[key]
    split("", stat)
    cpus = 0
    while ((getline line < "/proc/stat") > 0) {
        split(line, fields, " ")
        if (fields[1] ~ /^cpu/) {
            if (fields[1] != "cpu") list[++cpus] = fields[1]
            sub(/^[^ ]+ +/, "", line)
        } else line = fields[2]
        stat[fields[1]] = line
    }
    close("/proc/stat")
    if (!("cpu" in stat)) partial = 1
    cpu_count = cpus
    total = share(old_stat["cpu"], stat["cpu"], 2)
    one = ""
    # The place is the CPU's number: those that are offline are null.
    for (k = 1; k <= cpus; k++) {
        here = substr(list[k], 4) + 0
        for (; place < here && here < 8192; place++) one = one ",null"
        one = one "," bracketed(share(old_stat[list[k]], stat[list[k]], 1))
        place = here + 1
    }
    return ",\"cpu\":" named_share(total) ",\"cpusOnline\":" cpu_count ",\"cpus\":" (total == "" ? "null" : "[" substr(one, 2) "]")
}

function bracketed(list) { return list == "" ? "null" : "[" list "]" }

function named_share(list,    parts) {
    if (list == "") return "null"
    split(list, parts, ",")
    return "{\"user\":" parts[1] ",\"nice\":" parts[2] ",\"system\":" parts[3] ",\"idle\":" parts[4] ",\"iowait\":" \
        parts[5] ",\"irq\":" parts[6] ",\"softirq\":" parts[7] ",\"steal\":" parts[8] ",\"guest\":" parts[9] "}"
}

# Percent of user, nice, system, idle, iowait, irq, softirq, steal, guest between two lines of /proc/stat, as a list;
# "" where there is no earlier line or the counters began anew; one that fell a little stood still. user and nice hold the guests' time in the file.
function share(from, to, decimals,    a, b, d, k, sum, gained, fallen) {
    if (from == "" || to == "") return ""
    split(from, a, " ")
    split(to, b, " ")
    for (k = 1; k <= 10; k++) {
        d[k] = b[k] - a[k]
        # iowait may fall by any amount (proc_stat(5)).
        if (d[k] < 0 && k != 5) fallen -= d[k]
        if (d[k] < 0) d[k] = 0
        gained += d[k]
    }
    if (fallen > gained) return ""
    d[1] = d[1] > d[9] ? d[1] - d[9] : 0
    d[2] = d[2] > d[10] ? d[2] - d[10] : 0
    d[9] += d[10]
    for (k = 1; k <= 9; k++) sum += d[k]
    if (sum <= 0) return ""
    return exact_parts(d, sum, decimals)
}

# What rounding leaves goes to the largest remainders: the parts sum to 100 as they are written.
function exact_parts(d, sum, decimals,    k, units, left, part, remainder, best, out) {
    units = decimals == 2 ? 100 : 10
    left = 100 * units
    for (k = 1; k <= 9; k++) {
        part[k] = int(d[k] / sum * 100 * units)
        remainder[k] = d[k] / sum * 100 * units - part[k]
        left -= part[k]
    }
    for (; left > 0; left--) {
        best = 1
        for (k = 2; k <= 9; k++) if (remainder[k] > remainder[best]) best = k
        part[best]++
        remainder[best] = -1
    }
    for (k = 1; k <= 9; k++) out = out "," number(part[k] / units, decimals)
    return substr(out, 2)
}

function load_averages(    fields) {
    if (split(first_line("/proc/loadavg"), fields, " ") < 3) return "null"
    return "[" number(fields[1], 2) "," number(fields[2], 2) "," number(fields[3], 2) "]"
}

function memory(seconds,    line, fields, kib, k, out, names, files) {
    while ((getline line < "/proc/meminfo") > 0) {
        split(line, fields, /[: \t]+/)
        kib[fields[1]] = fields[2]
    }
    close("/proc/meminfo")
    if (!("MemTotal" in kib)) return "null"
    split("total free available buffers cached sreclaimable shmem dirty slab swapTotal swapFree", names, " ")
    split("MemTotal MemFree MemAvailable Buffers Cached SReclaimable Shmem Dirty Slab SwapTotal SwapFree", files, " ")
    kib["MemAvailable"] = available(kib)
    for (k = 1; k <= 11; k++) out = out ",\"" names[k] "\":" number(kib[files[k]], 0)
    while ((getline line < "/proc/vmstat") > 0) {
        split(line, fields, " ")
        if (fields[1] ~ /^(pgmajfault|pswpin|pswpout|oom_kill)$/) kib[fields[1]] = fields[2]
    }
    close("/proc/vmstat")
    split("pgmajfault pswpin pswpout", names, " ")
    for (k = 1; k <= 3; k++) {
        out = out ",\"" names[k] "PerS\":" number(rate(old_vm[names[k]], kib[names[k]], seconds), 1)
        old_vm[names[k]] = kib[names[k]]
    }
    return "{" substr(out, 2) ",\"oomKills\":" number(kib["oom_kill"], 0) huge_pages(kib) \
        ",\"zfsArc\":null,\"zfsArcReclaimable\":null}"
}

function huge_pages(kib,    all, free) {
    all = "Hugetlb" in kib ? kib["Hugetlb"] : ("HugePages_Total" in kib ? kib["HugePages_Total"] * kib["Hugepagesize"] : "")
    free = "HugePages_Free" in kib ? (kib["HugePages_Free"] - kib["HugePages_Rsvd"]) * kib["Hugepagesize"] : ""
    return ",\"hugePages\":" number(all, 0) ",\"hugePagesFree\":" number(free, 0)
}

# As the kernel would have it before it said so (Linux 3.14): free memory is no estimate.
function available(kib,    cache, slab, low, sum) {
    if ("MemAvailable" in kib) return kib["MemAvailable"]
    low = first_line("/proc/sys/vm/min_free_kbytes") * 5 / 4
    cache = "Active(file)" in kib ? kib["Active(file)"] + kib["Inactive(file)"] : kib["Cached"] + kib["Buffers"] - kib["Shmem"]
    slab = kib["SReclaimable"] + 0
    sum = (kib["MemFree"] > low ? kib["MemFree"] - low : 0) + cache - (cache / 2 < low ? cache / 2 : low) + \
        slab - (slab / 2 < low ? slab / 2 : low)
    return sum < kib["MemTotal"] + 0 ? int(sum) : kib["MemTotal"]
}

function pressure(kind,    path, line, fields, k, found) {
    if (ENVIRON["SA_PRESSURE"] == "") return "null"
    path = "/proc/pressure/" kind
    found["some"] = found["full"] = "null"
    while ((getline line < path) > 0) {
        split(line, fields, " ")
        for (k = 2; k <= 4; k++) sub(/.*=/, "", fields[k])
        found[fields[1]] = "[" number(fields[2], 2) "," number(fields[3], 2) "," number(fields[4], 2) "]"
    }
    close(path)
    if (found["some"] == "null" && found["full"] == "null") return "null"
    return "{\"some\":" found["some"] ",\"full\":" found["full"] "}"
}

# Whole devices have a folder in /sys/block, partitions do not.
function is_whole(name,    command, line) {
    if (!(name in whole_devices)) {
        whole_devices[name] = 0
        command = "ls /sys/block 2>/dev/null"
        while ((command | getline line) > 0) {
            gsub("!", "/", line)
            whole_devices[line] = 1
        }
        close(command)
    }
    return whole_devices[name]
}

function disks(seconds,    line, f, out, rows, any, busy, name) {
    while ((getline line < "/proc/diskstats") > 0) {
        any = 1
        if (split(line, f, " ") < 13 || f[3] ~ /^(loop|ram)/ || !is_whole(f[3])) continue
        name = f[3]
        busy = rate(old_disk[name, 13], f[13], seconds)
        if (busy != "") busy = busy > 1000 ? 100 : busy / 10
        rows = rows ",[" string(name) "," bytes_rate(name, 6, f[6], seconds) "," bytes_rate(name, 10, f[10], seconds) \
            "," number(rate(old_disk[name, 4], f[4], seconds), 1) "," number(rate(old_disk[name, 8], f[8], seconds), 1) \
            "," number(busy, 1) "," number(f[12] < 0 || f[12] >= 2147483648 ? "" : f[12], 0) "]"
        old_disk[name, 6] = f[6]
        old_disk[name, 10] = f[10]
        old_disk[name, 4] = f[4]
        old_disk[name, 8] = f[8]
        old_disk[name, 13] = f[13]
    }
    close("/proc/diskstats")
    if (!any) return "null"
    return "{\"cols\":[\"name\",\"rdBps\",\"wrBps\",\"rdPerS\",\"wrPerS\",\"utilPct\",\"inflight\"],\"rows\":[" \
        substr(rows, 2) "]}"
}

# A sector is 512 bytes here, whatever the device's own are.
function bytes_rate(name, column, value, seconds,    sectors) {
    sectors = rate(old_disk[name, column], value, seconds)
    return number(sectors == "" ? "" : sectors * 512, 0)
}
