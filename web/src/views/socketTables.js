import { count, micros, rate, UNKNOWN, whole } from "../model/format.js";
import { number } from "../model/read.js";
import { connectionIdentity, connectionRows, listenerIdentity, listenerRows } from "../model/sockets.js";
import { createTable } from "./dataTable.js";
import { createFilter } from "./filter.js";

const port = (value) => (value === null ? UNKNOWN : String(value));

const CONNECTIONS = [
    { key: "proto", label: "Proto", width: 7, hide: "phone" },
    { key: "state", label: "State", width: 13, hide: "phone", tone: (row) => (row.state === "close-wait" ? "warn" : null) },
    { key: "local", label: "Local", hint: (row) => row.local, hide: "phone" },
    { key: "remote", label: "Remote", hint: (row) => row.remote },
    { key: "recvQ", label: "Recv-Q", title: "Bytes not yet read by the program", width: 9, numeric: true, format: count, hide: "phone" },
    { key: "sendQ", label: "Send-Q", title: "Bytes not yet acknowledged by the peer", width: 9, numeric: true, format: count, hide: "phone" },
    { key: "rttUs", label: "RTT", title: "Smoothed round-trip time", width: 10, numeric: true, format: micros },
    { key: "retrans", label: "Retr", title: "Retransmitted segments", width: 7, numeric: true, format: count, hide: "phone", tone: (row) => (row.retrans > 0 ? "warn" : null) },
    { key: "rxBps", label: "Received", width: 12, numeric: true, format: rate, hide: "phone" },
    { key: "txBps", label: "Sent", width: 12, numeric: true, format: rate },
    { key: "pid", label: "PID", width: 8, numeric: true, format: whole, hide: "phone" },
    { key: "comm", label: "Program", width: 16, hint: (row) => row.comm, hide: "phone" },
];

const LISTENERS = [
    { key: "proto", label: "Proto", width: 7 },
    { key: "addr", label: "Address", hint: (row) => row.addr },
    { key: "port", label: "Port", width: 8, numeric: true, format: port },
    { key: "recvQ", label: "Queue", title: "Connections waiting to be accepted", width: 8, numeric: true, format: count, hide: "phone", tone: (row) => (row.recvQ > 0 ? "warn" : null) },
    { key: "backlog", label: "Limit", title: "Length at which the queue is full", width: 8, numeric: true, format: count, hide: "phone" },
    { key: "uid", label: "UID", width: 7, numeric: true, format: whole, hide: "phone" },
    { key: "pid", label: "PID", width: 8, numeric: true, format: whole, hide: "phone" },
    { key: "comm", label: "Program", width: 16, hint: (row) => row.comm },
];

/** The busiest and worst connections. */
export function createConnectionTable({ onChange }) {
    const filter = createFilter({ label: "Filter connections", onChange });
    const table = createTable({
        id: "connections",
        title: "Connections",
        columns: CONNECTIONS,
        order: { key: "txBps", descending: true },
        identity: connectionIdentity,
        onOrder: onChange,
    });
    table.tools.append(filter.node);
    return {
        node: table.node,
        paint(host, now) {
            const probe = host.probe("netstat");
            const all = connectionRows(probe?.latest);
            const rows = all.filter((row) => filter.matches(row.proto, row.state, row.local, row.remote, row.pid, row.comm));
            const total = number(probe?.latest?.connsTotal) ?? all.length;
            table.paint({
                rows,
                remark: `${count(rows.length)} of ${count(total)}`,
                stale: probe?.isStale(now) ?? true,
                empty: all.length > 0 ? "No connection matches the filter." : "No connection in the newest sample.",
            });
        },
    };
}

/** The sockets that wait for connections. */
export function createListenerTable({ onChange }) {
    const table = createTable({
        id: "listeners",
        title: "Listening",
        columns: LISTENERS,
        order: { key: "port", descending: false },
        identity: listenerIdentity,
        onOrder: onChange,
    });
    return {
        node: table.node,
        paint(host, now) {
            const probe = host.probe("netstat");
            const rows = listenerRows(probe?.latest);
            table.paint({ rows, remark: String(rows.length), stale: probe?.isStale(now) ?? true, empty: "Nothing listens." });
        },
    };
}
