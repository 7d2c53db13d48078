import {
    CONNECTIONS as CONNECTION_FILTER, LISTENERS as LISTENER_FILTER, PEERS as PEER_FILTER,
} from "../../model/filter/fields.js";
import { count, micros, rate, whole } from "../../model/format.js";
import { number } from "../../model/read.js";
import { emptiness } from "../../model/view/shownTime.js";
import {
    connectionIdentity, connectionRows, listenerIdentity, listenerRows, peerIdentity, peerRows, socketsOf,
} from "../../model/tables/sockets.js";
import { figure, peak, words } from "./columns.js";
import { createTable } from "./dataTable.js";

const warnIf = (condition) => (condition ? "warn" : null);

const CONNECTIONS = [
    words("proto", "Proto", 7, { hide: "phone" }),
    words("state", "State", 13, { hide: "phone", tone: (row) => warnIf(row.state === "close-wait") }),
    words("local", "Local", null, { hint: (row) => row.local, hide: "phone" }),
    words("remote", "Remote", null, { hint: (row) => row.remote }),
    figure("recvQ", "Recv-Q", 9, count, {
        title: "Bytes that the program has not read yet", hide: "phone", inRange: { label: "Recv-Q mean", width: 14, hide: "laptop" },
    }),
    peak("recvQPeak", "Recv-Q peak", 14, count, { hide: "phone" }),
    figure("sendQ", "Send-Q", 9, count, {
        title: "Bytes that the peer has not acknowledged yet", hide: "phone", inRange: { label: "Send-Q mean", width: 14, hide: "laptop" },
    }),
    peak("sendQPeak", "Send-Q peak", 14, count, { hide: "phone" }),
    figure("rttUs", "RTT", 10, micros, { title: "Smoothed round-trip time", inRange: { label: "RTT mean", width: 12 } }),
    peak("rttPeak", "RTT peak", 12, micros, { hide: "medium" }),
    figure("retrans", "Retr", 7, count, {
        title: "Segments retransmitted since the connection was opened",
        hide: "phone",
        tone: (row) => warnIf(row.retrans > 0),
    }),
    figure("rxBps", "Received", 12, rate, {
        title: "Bytes received per second", hide: "phone", inRange: { label: "Recv mean", width: 13 },
    }),
    peak("rxPeak", "Recv peak", 13, rate, { hide: "phone" }),
    figure("txBps", "Sent", 12, rate, { title: "Bytes sent per second", inRange: { label: "Sent mean", width: 13 } }),
    peak("txPeak", "Sent peak", 13, rate, { hide: "phone" }),
    figure("pid", "PID", 8, whole, { hide: "phone" }),
    words("comm", "Program", 16, { hint: (row) => row.comm, hide: "phone" }),
    figure("uid", "UID", 7, whole, { extra: true }),
    figure("inode", "Inode", 10, whole, { extra: true }),
];

const LISTENERS = [
    words("proto", "Proto", 7),
    words("addr", "Address", null, { hint: (row) => row.addr }),
    figure("port", "Port", 8, whole),
    figure("recvQ", "Queue", 8, count, {
        title: "Connections (UDP: bytes) that the program has not taken yet",
        hide: "phone",
        tone: (row) => warnIf(row.recvQ > 0),
        inRange: { label: "Queue mean", width: 13 },
    }),
    peak("recvQPeak", "Queue peak", 13, count, { hide: "phone", tone: (row) => warnIf(row.recvQPeak > 0) }),
    figure("backlog", "Limit", 8, count, { title: "At this length the queue is full", hide: "phone" }),
    figure("uid", "UID", 7, whole, { extra: true }),
    figure("pid", "PID", 8, whole, { hide: "phone" }),
    words("comm", "Program", 16, { hint: (row) => row.comm }),
];

const PEERS = [
    words("raddr", "Remote address", null, { hint: (row) => row.raddr }),
    figure("lport", "Port", 8, whole, { title: "The port on this host" }),
    figure("conns", "Conns", 9, count, { title: "Connections", inRange: { label: "Conns mean", width: 13 } }),
    peak("connsPeak", "Conns peak", 13, count, { hide: "phone" }),
    figure("rxBps", "Received", 12, rate, {
        title: "Bytes received per second", hide: "phone", inRange: { label: "Recv mean", width: 13 },
    }),
    peak("rxPeak", "Recv peak", 13, rate, { hide: "medium" }),
    figure("txBps", "Sent", 12, rate, { title: "Bytes sent per second", inRange: { label: "Sent mean", width: 13 } }),
    peak("txPeak", "Sent peak", 13, rate, { hide: "medium" }),
];

/** The busiest and worst connections; those of one process while one is picked. */
export function createConnectionTable({ view, onChange }) {
    const table = createTable({
        id: "connections", title: "Connections", columns: CONNECTIONS, order: { key: "txBps", descending: true },
        language: CONNECTION_FILTER, identity: connectionIdentity, nameOf: (row) => `${row.local} to ${row.remote}`, view, onChange,
    });
    return joining(table, (moment, { stale, process, when, range }) => {
        const all = range ? range.rows("connections") : connectionRows(moment.sample);
        const joined = process ? socketsOf(all, process.pid) : all;
        const rows = table.filter.rows(joined);
        const total = range ? all.length : number(moment.sample?.connsTotal) ?? all.length;
        table.paint({
            rows, stale, when, isRange: range !== null,
            remark: `${count(rows.length)} of ${count(total)}`,
            empty: emptiness(moment, range) || (process ? `No listed connection belongs to ${process.name}.`
                : all.length > 0 ? "No connection matches the filter." : "This sample lists no connections."),
        });
        return all;
    });
}

/** The sockets that wait for connections; those of one process while one is picked. */
export function createListenerTable({ view, onChange }) {
    const table = createTable({
        id: "listeners", title: "Listening", columns: LISTENERS, order: { key: "port", descending: false },
        language: LISTENER_FILTER, identity: listenerIdentity, nameOf: (row) => `port ${row.port}`, view, onChange,
    });
    return joining(table, (moment, { stale, process, when, range }) => {
        const all = range ? range.rows("listeners") : listenerRows(moment.sample);
        const joined = process ? socketsOf(all, process.pid) : all;
        const rows = table.filter.rows(joined);
        const empty = emptiness(moment, range) || (process && joined.length === 0 ? `No listening socket belongs to ${process.name}.`
            : all.length > 0 ? "No listening socket matches the filter." : "This sample lists no listening sockets.");
        table.paint({ rows, remark: partOf(rows, all), when, isRange: range !== null, stale, empty });
        return all;
    });
}

/** Remote addresses by the service of ours that they speak to. */
export function createPeerTable({ view, onChange }) {
    const table = createTable({
        id: "peers", title: "Peers", columns: PEERS, order: { key: "conns", descending: true },
        language: PEER_FILTER, identity: peerIdentity, nameOf: (row) => row.raddr, view, onChange,
    });
    return joining(table, (moment, { stale, when, range }) => {
        const all = range ? range.rows("peers") : peerRows(moment.sample);
        const rows = table.filter.rows(all);
        const empty = emptiness(moment, range) || (all.length > 0 ? "No peer matches the filter." : "This sample lists no peers.");
        table.paint({ rows, remark: partOf(rows, all), when, isRange: range !== null, stale, empty });
        return all;
    });
}

const partOf = (rows, all) => (rows.length < all.length ? `${rows.length} of ${all.length}` : String(rows.length));

function joining(table, paint) {
    return {
        node: table.node, menu: table.menu, chip: table.chip, pick: table.pick, reveal: table.reveal,
        forget: table.forget, paint,
        get picked() {
            return table.picked;
        },
        get shown() {
            return table.shown;
        },
    };
}
