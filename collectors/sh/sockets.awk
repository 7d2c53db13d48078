# TCP sockets as `ss -tanie` or `netstat -tan` tells them: `tcp`, `listen`, `peers` and `conns`.

BEGIN {
    split("recvQ sendQ rxBps txBps", summed, " ")
    split("established synSent synRecv finWait1 finWait2 timeWait close closeWait lastAck listen closing", \
        state_names, " ")
    split("ESTAB SYN-SENT SYN-RECV FIN-WAIT-1 FIN-WAIT-2 TIME-WAIT UNCONN CLOSE-WAIT LAST-ACK LISTEN CLOSING", \
        ss_names, " ")
    split("ESTABLISHED SYN_SENT SYN_RECV FIN_WAIT1 FIN_WAIT2 TIME_WAIT CLOSE CLOSE_WAIT LAST_ACK LISTEN CLOSING", \
        netstat_names, " ")
    for (state_index = 1; state_index <= 11; state_index++) {
        state_name[ss_names[state_index]] = state_names[state_index]
        state_name[netstat_names[state_index]] = state_names[state_index]
    }
}

# Fills socket[1…sockets, FIELD].
function read_sockets(seconds,    command, line, f, is_ss) {
    split("", socket)
    split("", seen_bytes)
    sockets = 0
    command = ENVIRON["SA_SOCKETS"] " 2>/dev/null"
    sockets_known = ENVIRON["SA_SOCKETS"] != ""
    if (!sockets_known) partial = 1
    is_ss = ENVIRON["SA_SOCKETS"] ~ /^ss/
    while (sockets_known && (command | getline line) > 0) {
        # ss puts what it knows of the connection on a line of its own.
        if (line ~ /^[ \t]/) {
            note_details(sockets, line, seconds)
            continue
        }
        split(line, f, " ")
        if (is_ss && (f[1] in state_name)) {
            add_socket(f[1], f[2], f[3], f[4], f[5], f[4] ~ /^(\[|\*)/)
            socket[sockets, "uid"] = captured(line, "uid:")
            if (socket[sockets, "uid"] == "") socket[sockets, "uid"] = 0
            socket[sockets, "inode"] = captured(line, "ino:")
            # Nobody holds it: whose it was is not known.
            if (socket[sockets, "inode"] + 0 == 0) socket[sockets, "uid"] = ""
        } else if (!is_ss && (f[6] in state_name))
            add_socket(f[6], f[2], f[3], f[4], f[5], f[1] == "tcp6" || f[4] ~ /:.*:/)
    }
    if (sockets_known) close(command)
    read_datagrams(is_ss)
    split("", old_bytes)
    for (line in seen_bytes) old_bytes[line] = seen_bytes[line]
}

# Fills datagram[1…datagrams]: UDP sockets that wait for anybody. They hardly come and go: each fifth second.
function read_datagrams(is_ss,    command, line, f, uid) {
    if (!sockets_known || (datagrams_at != "" && monotonic() - datagrams_at < 5)) return
    datagrams_at = monotonic()
    datagrams = 0
    command = (is_ss ? "ss -uane" : "netstat -uan") " 2>/dev/null"
    while ((command | getline line) > 0) {
        split(line, f, " ")
        if (is_ss && f[1] == "UNCONN") {
            uid = captured(line, "uid:")
            datagram[++datagrams] = datagram_row(f[4] ~ /^(\[|\*)/, f[4], f[2], uid == "" ? 0 : uid)
        } else if (!is_ss && f[1] ~ /^udp/ && f[5] ~ /:\*$/)
            datagram[++datagrams] = datagram_row(f[1] == "udp6" || f[4] ~ /:.*:/, f[4], f[2], "")
    }
    close(command)
}

function datagram_row(is_six, here, queue, uid) {
    return "[\"" (is_six ? "udp6" : "udp") "\"," string(address(here)) "," port(here) "," whole(queue) ",null," \
        number(uid, 0) ",null,null]"
}

function is_unconnected(i) {
    return socket[i, "state"] == "listen" || (socket[i, "state"] == "close" && socket[i, "rport"] == 0)
}

function add_socket(state, receive, send_queue, here, there, is_six) {
    sockets++
    socket[sockets, "state"] = state_name[state]
    socket[sockets, "recvQ"] = receive + 0
    socket[sockets, "sendQ"] = send_queue + 0
    socket[sockets, "proto"] = is_six ? "tcp6" : "tcp"
    socket[sockets, "laddr"] = address(here)
    socket[sockets, "raddr"] = address(there)
    # ss tells the interface once; a link-local address means another host on each.
    if (socket[sockets, "raddr"] ~ /^fe[89ab]/ && socket[sockets, "raddr"] !~ /%/ && match(here, /%[^]:]*/))
        socket[sockets, "raddr"] = socket[sockets, "raddr"] substr(here, RSTART, RLENGTH)
    socket[sockets, "lport"] = port(here)
    socket[sockets, "rport"] = port(there)
}

# The address of `ADDRESS:PORT` without brackets; an interface stays behind it, `fe80::1%eth0`.
function address(text) {
    sub(/:[^:]*$/, "", text)
    gsub(/[][]/, "", text)
    return text == "*" ? "::" : text
}

function port(text) {
    sub(/.*:/, "", text)
    return text ~ /^[0-9]+$/ ? text + 0 : 0
}

# The number behind the first " NAME" of the line, or "".
function captured(line, name,    at, text) {
    at = index(line, " " name)
    if (!at) return ""
    text = substr(line, at + 1 + length(name), 20)
    return text ~ /^[0-9]/ ? text + 0 : ""
}

function note_details(i, line, seconds,    rtt, received, sent, key, retrans) {
    if (i == 0) return
    rtt = captured(line, "rtt:")
    if (rtt != "") socket[i, "rttUs"] = rtt * 1000
    # `retrans:NOW/TOTAL` is left out while it is 0.
    retrans = ""
    if (match(line, / retrans:[0-9]+\/[0-9]+/)) {
        retrans = substr(line, RSTART, RLENGTH)
        sub(/.*\//, "", retrans)
    }
    socket[i, "retrans"] = rtt == "" ? "" : retrans + 0
    received = captured(line, "bytes_received:")
    sent = captured(line, "bytes_acked:")
    if (socket[i, "inode"] + 0 == 0 || rtt == "") return
    # ss leaves out what is 0.
    key = socket[i, "inode"]
    socket[i, "rxBps"] = rate(old_bytes[key, "rx"], received + 0, seconds)
    socket[i, "txBps"] = rate(old_bytes[key, "tx"], sent + 0, seconds)
    seen_bytes[key, "rx"] = received + 0
    seen_bytes[key, "tx"] = sent + 0
}

function tcp_counts(    i, k, counts, six, out) {
    if (!sockets_known) return "null"
    for (i = 1; i <= sockets; i++) {
        counts[socket[i, "state"]]++
        if (socket[i, "state"] == "established" && socket[i, "proto"] == "tcp6") six++
    }
    for (k = 1; k <= 11; k++) out = out ",\"" state_names[k] "\":" whole(counts[state_names[k]])
    return "{" substr(out, 2) ",\"tcp6Established\":" whole(six) "}"
}

function socket_tables(    i, listening, listed, hidden, unconnected, listen_rows) {
    if (!sockets_known) return ",\"listen\":null,\"peers\":null,\"connsTotal\":null,\"conns\":null"
    for (i = 1; i <= sockets; i++) {
        if (is_unconnected(i)) unconnected++
        if (socket[i, "state"] != "listen") continue
        listening[socket[i, "lport"]] = 1
        # Those that nobody waits at make room.
        if (++listed > 25 && socket[i, "recvQ"] + 0 == 0) {
            truncated = 1
            hidden++
            continue
        }
        listen_rows = listen_rows ",[" string(socket[i, "proto"]) "," string(socket[i, "laddr"]) "," \
            socket[i, "lport"] "," whole(socket[i, "recvQ"]) "," \
            number(ENVIRON["SA_SOCKETS"] ~ /^ss/ ? socket[i, "sendQ"] : "", 0) "," number(socket[i, "uid"], 0) ",null,null]"
    }
    for (i = 1; i <= datagrams; i++) {
        # However many services TCP has, those of UDP keep their own places.
        if (i > 15) {
            truncated = 1
            hidden++
        } else listen_rows = listen_rows "," datagram[i]
    }
    return ",\"listen\":{\"cols\":[\"proto\",\"addr\",\"port\",\"recvQ\",\"backlog\",\"uid\",\"pid\",\"comm\"]," \
        "\"rows\":[" substr(listen_rows, 2) "]" (hidden ? ",\"others\":{\"count\":" whole(hidden) ",\"recvQ\":0}" : "") \
        "},\"peers\":" peers(listening) ",\"connsTotal\":" \
        whole(sockets - unconnected) ",\"conns\":{\"cols\":[\"proto\",\"state\",\"laddr\",\"lport\",\"raddr\",\"rport\"," \
        "\"recvQ\",\"sendQ\",\"rttUs\",\"retrans\",\"rxBps\",\"txBps\",\"uid\",\"pid\",\"comm\",\"inode\"]," \
        "\"rows\":[" connections(40) "]" other_connections() "}"
}

# The rows of the `limit` connections with the longest queues, the most traffic and retransmits, then established ones.
function connections(limit,    i, k, n, score, best, out) {
    split("", left)
    for (i = 1; i <= sockets; i++) {
        if (is_unconnected(i)) continue
        left["count"]++
        for (k = 1; k <= 4; k++) left[k] += socket[i, summed[k]]
        score = (socket[i, "recvQ"] + socket[i, "sendQ"]) * 1000000 + socket[i, "retrans"] * 1000 + \
            socket[i, "rxBps"] + socket[i, "txBps"] + (socket[i, "state"] == "established") / 2
        if (n == limit && score <= best_score[n]) continue
        if (n < limit) n++
        for (k = n; k > 1 && best_score[k - 1] < score; k--) {
            best_score[k] = best_score[k - 1]
            best[k] = best[k - 1]
        }
        best_score[k] = score
        best[k] = i
    }
    for (k = 1; k <= n; k++) {
        out = out "," connection_row(best[k])
        left["count"]--
        for (i = 1; i <= 4; i++) left[i] -= socket[best[k], summed[i]]
    }
    return substr(out, 2)
}

# What the rows left out sum to.
function other_connections(    k, out) {
    if (left["count"] + 0 == 0) return ""
    for (k = 1; k <= 4; k++) out = out ",\"" summed[k] "\":" whole(left[k] > 0 ? left[k] : 0)
    return ",\"others\":{\"count\":" whole(left["count"]) out "}"
}

function connection_row(i) {
    return "[" string(socket[i, "proto"]) ",\"" socket[i, "state"] "\"," string(socket[i, "laddr"]) "," \
        socket[i, "lport"] "," string(socket[i, "raddr"]) "," socket[i, "rport"] "," whole(socket[i, "recvQ"]) "," \
        whole(socket[i, "sendQ"]) "," number(socket[i, "rttUs"], 0) "," number(socket[i, "retrans"], 0) "," \
        number(socket[i, "rxBps"], 0) "," number(socket[i, "txBps"], 0) "," number(socket[i, "uid"], 0) ",null,null," \
        number(socket[i, "inode"] == 0 ? "" : socket[i, "inode"], 0) "]"
}

# Established connections by remote address and local service; `lport` is null for those this host opened.
function peers(listening,    i, k, n, key, conns, rx, tx, part, best, best_score, score, out) {
    for (i = 1; i <= sockets; i++) {
        if (socket[i, "state"] != "established") continue
        key = socket[i, "raddr"] " " ((socket[i, "lport"] in listening) ? socket[i, "lport"] : "null")
        conns[key]++
        if (socket[i, "rxBps"] != "") rx[key] += socket[i, "rxBps"]
        if (socket[i, "txBps"] != "") tx[key] += socket[i, "txBps"]
    }
    for (key in conns) {
        score = rx[key] + tx[key] + conns[key] / 1000000
        if (n == 20 && score <= best_score[n]) continue
        if (n < 20) n++
        for (k = n; k > 1 && best_score[k - 1] < score; k--) {
            best_score[k] = best_score[k - 1]
            best[k] = best[k - 1]
        }
        best_score[k] = score
        best[k] = key
    }
    for (k = 1; k <= n; k++) {
        split(best[k], part, " ")
        out = out ",[" string(part[1]) "," part[2] "," whole(conns[best[k]]) "," number(rx[best[k]], 0) "," \
            number(tx[best[k]], 0) "]"
    }
    return "{\"cols\":[\"raddr\",\"lport\",\"conns\",\"rxBps\",\"txBps\"],\"rows\":[" substr(out, 2) "]}"
}
