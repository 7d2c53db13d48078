import { deviceName, DEVICES_AT_MOST, isObject, list, object, reading, sum, tableRows } from "../../read.js";

export const TCP_STATES = [
    "established", "synSent", "synRecv", "finWait1", "finWait2", "timeWait", "close", "closeWait", "lastAck",
    "listen", "closing",
];

/** `netstat`: TCP sockets by state, bytes per second by interface, and what had to be sent again or was dropped. */
export function netstatPoint(sample, faults) {
    const tcp = object(sample.tcp);
    const point = {};
    for (const name of TCP_STATES) point[`tcp:${name}`] = reading(tcp[name], faults);
    const all = (...names) => sum(...names.map((name) => point[`tcp:${name}`]));
    Object.assign(point, {
        established: all("established"),
        timeWait: all("timeWait"),
        closeWait: all("closeWait"),
        opening: all("synSent", "synRecv"),
        closing: all("finWait1", "finWait2", "lastAck", "closing", "close"),
        connsTotal: reading(sample.connsTotal, faults),
        tookUs: reading(sample.tookUs, faults),
    });
    putInterfaces(point, sample.ifs, faults);
    putErrors(point, sample, faults);
    return point;
}

const INTERFACE = [
    "name", "rxBps", "txBps", "rxErrPerS", "txErrPerS", "rxDropPerS", "txDropPerS", "up",
];

// One that is down moves nothing and would only fill the legend. The loopback's bytes never left the machine.
function putInterfaces(point, sent, faults) {
    const rows = tableRows(sent, INTERFACE, faults).filter(({ up }) => up !== false).slice(0, DEVICES_AT_MOST);
    let [received, transmitted, drops, errors] = [null, null, null, null];
    for (const row of rows) {
        const name = deviceName(row.name);
        const [rx, tx] = [reading(row.rxBps, faults), reading(row.txBps, faults)];
        Object.assign(point, { [`if:${name}:rx`]: rx, [`if:${name}:tx`]: tx });
        drops = sum(drops, reading(row.rxDropPerS, faults), reading(row.txDropPerS, faults));
        errors = sum(errors, reading(row.rxErrPerS, faults), reading(row.txErrPerS, faults));
        if (name !== "lo") [received, transmitted] = [sum(received, rx), sum(transmitted, tx)];
    }
    Object.assign(point, { rx: received, tx: transmitted, ifDrops: drops, ifErrors: errors });
}

function putErrors(point, sample, faults) {
    const sent = protocolErrors(sample);
    Object.assign(point, {
        retrans: reading(sent.TcpRetransSegs, faults),
        listenDrops: reading(sent.TcpExtListenDrops, faults),
        udpErrors: reading(sent.UdpInErrors, faults),
    });
}

export const PROTO_ERRORS = ["TcpRetransSegs", "TcpExtListenDrops", "UdpInErrors"];

/**
 * The counters that tell of loss, per second, as they were sent; empty where nothing could be read yet. Older collectors have
 * them among all that moved, `proto`, where one that stood still is left out.
 */
export function protocolErrors(sample) {
    const { protoErrors, proto, flags } = object(sample);
    if (isObject(protoErrors)) return protoErrors;
    if (!isObject(proto) || list(flags).includes("first")) return {};
    return Object.fromEntries(PROTO_ERRORS.map((name) => [name, proto[name] ?? 0]));
}
