import { count, micros, rate, whole } from "../model/format.js";
import { number } from "../model/read.js";
import { connectionIdentity, connectionRows, listenerIdentity, listenerRows } from "../model/sockets.js";
import { figure, words } from "./columns.js";
import { createTable } from "./dataTable.js";
import { createFilter } from "./filter.js";

const warnIf = (condition) => (condition ? "warn" : null);

const CONNECTIONS = [
    words("proto", "Proto", 7, { hide: "phone" }),
    words("state", "State", 13, { hide: "phone", tone: (row) => warnIf(row.state === "close-wait") }),
    words("local", "Local", null, { hint: (row) => row.local, hide: "phone" }),
    words("remote", "Remote", null, { hint: (row) => row.remote }),
    figure("recvQ", "Recv-Q", 9, count, { title: "Bytes not yet read by the program", hide: "phone" }),
    figure("sendQ", "Send-Q", 9, count, { title: "Bytes not yet acknowledged by the peer", hide: "phone" }),
    figure("rttUs", "RTT", 10, micros, { title: "Smoothed round-trip time" }),
    figure("retrans", "Retr", 7, count, {
        title: "Retransmitted segments",
        hide: "phone",
        tone: (row) => warnIf(row.retrans > 0),
    }),
    figure("rxBps", "Received", 12, rate, { hide: "phone" }),
    figure("txBps", "Sent", 12, rate),
    figure("pid", "PID", 8, whole, { hide: "phone" }),
    words("comm", "Program", 16, { hint: (row) => row.comm, hide: "phone" }),
];

const LISTENERS = [
    words("proto", "Proto", 7),
    words("addr", "Address", null, { hint: (row) => row.addr }),
    figure("port", "Port", 8, whole),
    figure("recvQ", "Queue", 8, count, {
        title: "Connections waiting to be accepted",
        hide: "phone",
        tone: (row) => warnIf(row.recvQ > 0),
    }),
    figure("backlog", "Limit", 8, count, { title: "Length at which the queue is full", hide: "phone" }),
    figure("uid", "UID", 7, whole, { hide: "phone" }),
    figure("pid", "PID", 8, whole, { hide: "phone" }),
    words("comm", "Program", 16, { hint: (row) => row.comm }),
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
            const searched = (row) => [row.proto, row.state, row.local, row.remote, row.pid, row.comm];
            const rows = all.filter((row) => filter.matches(...searched(row)));
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
            const stale = probe?.isStale(now) ?? true;
            table.paint({ rows, remark: String(rows.length), stale, empty: "Nothing listens." });
        },
    };
}
