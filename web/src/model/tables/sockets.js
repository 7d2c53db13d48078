import { endpoint } from "../format.js";
import { tableRows } from "../read.js";

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
        state: stateName(row.state),
        local: endpoint(row.laddr, row.lport),
        remote: endpoint(row.raddr, row.rport),
    }));
}

/** `timeWait` and `TIME_WAIT` alike as `time-wait`. */
function stateName(state) {
    if (typeof state !== "string") return state;
    const words = /[a-z]/.test(state) ? state.replace(/([a-z])(?=[A-Z])/g, "$1-") : state.replaceAll("_", "-");
    return words.toLowerCase().replace(/([a-z])(?=\d)/g, "$1-");
}

const ownAddresses = new WeakMap();

/** Whether what a row of `sample` moves stays on its host: by the loopback, or to an address of its own. */
export function isLoopback({ laddr, raddr }, sample) {
    if (typeof raddr !== "string") return false;
    const [address, zone] = raddr.split("%");
    if (zone === "lo" || address === "::1" || /^(::ffff:)?127\./i.test(address)) return true;
    return raddr === laddr || addressesOf(sample).has(raddr);
}

function addressesOf(sample) {
    if (!ownAddresses.has(sample)) {
        const own = [...tableRows(sample.conns, ["laddr"]), ...tableRows(sample.listen, ["addr"]).map(({ addr }) => ({ laddr: addr }))];
        ownAddresses.set(sample, new Set(own.map(({ laddr }) => laddr)));
    }
    return ownAddresses.get(sample);
}

export const listenerIdentity = (row) => `${row.proto} ${row.addr} ${row.port} ${row.pid}`;

/** The listening sockets of a `netstat` sample. */
export function listenerRows(sample) {
    return tableRows(sample?.listen, LISTENER);
}

export const peerIdentity = (row) => `${row.raddr} ${row.lport}`;

/** Remote addresses by local service of a `netstat` sample. */
export function peerRows(sample) {
    return tableRows(sample?.peers, ["raddr", "lport", "conns", "rxBps", "txBps"]);
}

/** The sockets among `rows` that belong to the process `pid`. */
export const socketsOf = (rows, pid) => rows.filter((row) => row.pid !== null && row.pid === pid);

/** The process among `rows` that holds a socket, null where the table does not list it or the kernel did not tell. */
export function processOf(rows, socket) {
    if (socket?.pid === null || socket?.pid === undefined) return null;
    return rows.find((row) => row.pid === socket.pid) ?? null;
}

/** The pid in a process identity (`PID:START`), null where it is none. */
export function pidOf(identity) {
    const pid = /^(\d+):/.exec(identity ?? "");
    return pid ? Number(pid[1]) : null;
}
