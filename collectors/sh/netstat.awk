# The probe `netstat`, but for its tables of sockets: interfaces and counters, read from /proc and /sys.

function netstat_fields(seconds) {
    read_sockets(seconds)
    return ",\"tcp\":" tcp_counts() ",\"sockets\":" socket_counts() ",\"ifs\":" interfaces(seconds) \
        protocol_rates(seconds) socket_tables()
}

function socket_counts(    line, f, k, value, section, names, keys, out) {
    while ((getline line < "/proc/net/sockstat") > 0) {
        section = substr(line, 1, index(line, ":") - 1)
        for (k = split(line, f, " ") - 1; k >= 2; k -= 2) value[section f[k]] = f[k + 1]
    }
    close("/proc/net/sockstat")
    if (!("TCPinuse" in value)) {
        partial = 1
        return "null"
    }
    while ((getline line < "/proc/net/sockstat6") > 0) {
        section = substr(line, 1, index(line, ":") - 1)
        sub(/6$/, "", section)
        split(line, f, " ")
        if (f[2] == "inuse") value[section "inuse"] += f[3]
    }
    close("/proc/net/sockstat6")
    while ((getline line < "/proc/net/protocols") > 0)
        if (split(line, f, " ") > 2 && (f[1] == "UNIX" || f[1] == "UNIX-STREAM")) value["UNIX"] += f[3]
    close("/proc/net/protocols")
    split("tcpInuse tcpOrphan tcpTw tcpAlloc tcpMemPages udpInuse rawInuse unixInuse fragInuse", names, " ")
    split("TCPinuse TCPorphan TCPtw TCPalloc TCPmem UDPinuse RAWinuse UNIX FRAGinuse", keys, " ")
    for (k = 1; k <= 9; k++) out = out ",\"" names[k] "\":" number(value[keys[k]], 0)
    return "{" substr(out, 2) "}"
}

# Of more than 48 the busiest are shown, and the rest is counted and summed up.
function interfaces(seconds,    line, f, name, names, row, worth, shown, sums, rows, count, k, j, best, column, columns) {
    columns = split("1 9 2 10 3 11 4 12", column, " ")
    if (attributes_at == "" || monotonic() - attributes_at >= 10) {
        attributes_at = monotonic()
        read_attributes()
    }
    while ((getline line < "/proc/net/dev") > 0) {
        if (line !~ /:/) continue
        name = line
        sub(/^ +/, "", name)
        sub(/:[^:]*$/, "", name)
        sub(/.*:/, "", line)
        if (split(line, f, " ") < 16) continue
        names[++count] = name
        for (k = 1; k <= columns; k++) {
            row[count, k] = rate(old_if[name, k], f[column[k]], seconds)
            old_if[name, k] = f[column[k]]
        }
        worth[count] = row[count, 1] + row[count, 2] + (row[count, 5] + row[count, 6] > 0 ? 1e15 : 0)
    }
    close("/proc/net/dev")
    if (!count) return "null"
    for (k = 1; k <= count && k <= 48; k++) {
        best = 0
        for (j = 1; count > 48 && j <= count; j++) if (!(j in shown) && (!best || worth[j] > worth[best])) best = j
        shown[count > 48 ? best : k] = 1
    }
    for (j = 1; j <= count; j++) {
        if (!(j in shown)) {
            truncated = 1
            for (k = 1; k <= columns; k++) if (row[j, k] != "") sums[k] += row[j, k]
            continue
        }
        rows = rows ",[" string(names[j])
        for (k = 1; k <= columns; k++) rows = rows "," number(row[j, k], k <= 2 ? 0 : 1)
        rows = rows "," interface_state(names[j]) "]"
    }
    return "{\"cols\":[\"name\",\"rxBps\",\"txBps\",\"rxPps\",\"txPps\",\"rxErrPerS\",\"txErrPerS\",\"rxDropPerS\"," \
        "\"txDropPerS\",\"up\",\"speedMbps\"],\"rows\":[" substr(rows, 2) "]" other_interfaces(count - 48, sums) "}"
}

function other_interfaces(count, sums,    names, k, out) {
    if (count <= 0) return ""
    split("rxBps txBps rxPps txPps rxErrPerS txErrPerS rxDropPerS txDropPerS", names, " ")
    for (k = 1; k <= 8; k++) out = out ",\"" names[k] "\":" number(sums[k], 1)
    return ",\"others\":{\"count\":" whole(count) out "}"
}

# Reads what /sys says of all interfaces, by one `grep`: a file that cannot be read, as `speed` of many, ends some awks.
function read_attributes(    command, line, path, parts) {
    split("", attribute)
    command = "grep . /sys/class/net/*/operstate /sys/class/net/*/flags /sys/class/net/*/speed /dev/null 2>/dev/null"
    while ((command | getline line) > 0) {
        path = line
        sub(/:[^:]*$/, "", path)
        sub(/.*:/, "", line)
        split(path, parts, "/")
        attribute[parts[5], parts[6]] = line
    }
    close(command)
}

# `up` and `speedMbps`.
function interface_state(name,    state, speed, is_up) {
    state = attribute[name, "operstate"]
    speed = attribute[name, "speed"]
    if (state == "") is_up = "null"
    else if (state == "up") is_up = "true"
    # Loopback and tunnels have no carrier to speak of: they are up when they are switched on, the lowest bit.
    else if (state == "unknown") is_up = attribute[name, "flags"] ~ /[13579bdfBDF]$/ ? "true" : "false"
    else is_up = "false"
    return is_up "," (speed ~ /^[0-9]+$/ ? speed : "null")
}

# Those that tell of loss, moved or not, and as a detail all that moved, per second. Settings and gauges stand among them.
function protocol_rates(seconds,    out, any) {
    split("", moved_rates)
    error_rates["TcpRetransSegs"] = error_rates["TcpExtListenDrops"] = error_rates["UdpInErrors"] = ""
    any = read_pairs("/proc/net/snmp", seconds) + read_pairs("/proc/net/netstat", seconds) + read_lines(seconds)
    if (seconds == "" || !any) return ",\"protoErrors\":null,\"proto\":null"
    out = ""
    for (any = 1; any in moved_rates; any++) out = out "," moved_rates[any]
    return ",\"protoErrors\":{\"TcpRetransSegs\":" number(error_rates["TcpRetransSegs"], 1) \
        ",\"TcpExtListenDrops\":" number(error_rates["TcpExtListenDrops"], 1) \
        ",\"UdpInErrors\":" number(error_rates["UdpInErrors"], 1) "},\"proto\":{" substr(out, 2) "}"
}

function note_counter(name, value, seconds,    per_second) {
    per_second = rate(old_counters[name], value, seconds)
    old_counters[name] = value
    if (name in error_rates) error_rates[name] = per_second
    if (per_second == "" || per_second <= 0) return
    if (name ~ /^(IpForwarding|IpDefaultTTL|TcpRtoAlgorithm|TcpRtoMin|TcpRtoMax|TcpMaxConn|TcpCurrEstab)$/) return
    moved_rates[++moved_rates[0]] = string(name) ":" number(per_second, 1)
}

# Pairs of lines: `Tcp: name name …` and `Tcp: value value …`.
function read_pairs(path, seconds,    line, names, values, k, n, section) {
    while ((getline line < path) > 0) {
        n = split(line, names, " ")
        if ((getline line < path) <= 0 || split(line, values, " ") != n || names[1] != values[1]) break
        section = substr(names[1], 1, length(names[1]) - 1)
        for (k = 2; k <= n; k++) note_counter(section names[k], values[k], seconds)
    }
    close(path)
    return n > 0
}

function read_lines(seconds,    line, f, any) {
    while ((getline line < "/proc/net/snmp6") > 0)
        if (split(line, f, " ") == 2) {
            any = 1
            note_counter(f[1], f[2], seconds)
        }
    close("/proc/net/snmp6")
    return any + 0
}
