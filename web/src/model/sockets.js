import { endpoint } from "./format.js";
import { tableRows } from "./read.js";

const CONNECTION = [
    "proto", "state", "laddr", "lport", "raddr", "rport", "recvQ", "sendQ", "rttUs", "retrans", "rxBps", "txBps",
    "uid", "pid", "comm", "inode",
];
const LISTENER = ["proto", "addr", "port", "recvQ", "backlog", "uid", "pid", "comm"];

export const connectionIdentity = (row) => `${row.proto} ${row.local} ${row.remote} ${row.inode}`;

/** The connections of a `netstat` sample, ends joined to `address:port`. */
export function connectionRows(sample) {
    return tableRows(sample?.conns, CONNECTION).map((row) => ({
        ...row,
        state: typeof row.state === "string" ? row.state.toLowerCase().replaceAll("_", "-") : row.state,
        local: endpoint(row.laddr, row.lport),
        remote: endpoint(row.raddr, row.rport),
    }));
}

export const listenerIdentity = (row) => `${row.proto} ${row.addr} ${row.port} ${row.pid}`;

/** The listening sockets of a `netstat` sample. */
export function listenerRows(sample) {
    return tableRows(sample?.listen, LISTENER);
}
