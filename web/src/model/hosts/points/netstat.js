import { deviceName, DEVICES_AT_MOST, list, object, reading, sum, tableRows } from "../../read.js";

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
    putProtocols(point, sample, faults);
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

// Only counters that moved are sent: one that is not there stood still, unless nothing could be read yet.
function putProtocols(point, sample, faults) {
    const sent = sample.proto;
    const known = sent !== null && typeof sent === "object" && !Array.isArray(sent) && !list(sample.flags).includes("first");
    const rate = (name) => (known ? reading(sent[name] ?? 0, faults) : null);
    Object.assign(point, {
        retrans: rate("TcpRetransSegs"),
        listenDrops: rate("TcpExtListenDrops"),
        udpErrors: rate("UdpInErrors"),
    });
}
