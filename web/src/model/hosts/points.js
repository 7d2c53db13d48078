import { list, number, object, reading, sum, tableRows, text } from "../read.js";

// A point is what the charts keep of a sample: numbers by name, null where there is no reading. Numbers of things that
// come and go carry their names: `core:0`, `disk:vda:rd`, `if:eth0:rx`.

const CORE_LIMIT = 256;
const DEVICE_LIMIT = 64;
// Rounding may add a little to a whole.
const PERCENT = 101;

/** `top`: CPU percentages of all CPUs and of each, memory in KiB, load averages, pressure, disks in bytes/s. */
export function topPoint(sample, faults) {
    const cpu = object(sample.cpu);
    const share = (name) => reading(cpu[name], faults, PERCENT);
    const load = list(sample.load);
    const point = {
        user: share("user"),
        nice: share("nice"),
        system: share("system"),
        iowait: share("iowait"),
        irq: sum(share("irq"), share("softirq")),
        steal: share("steal"),
        guest: share("guest"),
        busy: busyOf(share("idle"), share("iowait")),
        ...memoryOf(sample.mem, faults),
        load1: reading(load[0], faults),
        load5: reading(load[1], faults),
        load15: reading(load[2], faults),
        tookUs: reading(sample.tookUs, faults),
    };
    putPressure(point, sample.psi, faults);
    list(sample.cpus).slice(0, CORE_LIMIT).forEach((modes, i) => {
        point[`core:${i}`] = busyOf(reading(list(modes)[3], faults, PERCENT), reading(list(modes)[4], faults, PERCENT));
    });
    putDisks(point, sample.disks, faults);
    return point;
}

function memoryOf(sent, faults) {
    const mem = object(sent);
    const read = (name) => reading(mem[name], faults);
    const [total, free, buffers] = ["total", "free", "buffers"].map(read);
    const reclaimable = (read("sreclaimable") ?? 0) - (read("shmem") ?? 0);
    const cached = read("cached") === null ? null : Math.max(0, read("cached") + reclaimable);
    const [swapTotal, swapFree] = ["swapTotal", "swapFree"].map(read);
    return {
        cached,
        free,
        buffers,
        used: usedOf(total, free, buffers, cached),
        total,
        swapUsed: swapTotal === null || swapFree === null ? null : Math.max(0, swapTotal - swapFree),
    };
}

function putPressure(point, sent, faults) {
    for (const [of, name] of [["cpu", "Cpu"], ["memory", "Memory"], ["io", "Io"]]) {
        for (const [kind, ending] of [["some", "Some"], ["full", "Full"]]) {
            point[`psi${name}${ending}`] = reading(list(object(object(sent)[of])[kind])[0], faults, PERCENT);
        }
    }
}

function putDisks(point, sent, faults) {
    const rows = tableRows(sent, ["name", "rdBps", "wrBps", "utilPct"], faults).slice(0, DEVICE_LIMIT);
    let [read, written, busiest] = [null, null, null];
    for (const row of rows) {
        const name = nameOf(row.name);
        const [rd, wr] = [reading(row.rdBps, faults), reading(row.wrBps, faults)];
        const util = reading(row.utilPct, faults, 1000);
        Object.assign(point, { [`disk:${name}:rd`]: rd, [`disk:${name}:wr`]: wr, [`disk:${name}:util`]: util });
        [read, written] = [sum(read, rd), sum(written, wr)];
        if (util !== null) busiest = Math.max(busiest ?? 0, util);
    }
    Object.assign(point, { diskRd: read, diskWr: written, diskUtil: busiest });
}

const TCP_STATES = [
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
    const rows = tableRows(sent, INTERFACE, faults).filter(({ up }) => up !== false).slice(0, DEVICE_LIMIT);
    let [received, transmitted, drops, errors] = [null, null, null, null];
    for (const row of rows) {
        const name = nameOf(row.name);
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

const nameOf = (value) => (text(value) ?? String(number(value) ?? "")).slice(0, 64);

// Waiting for a disk is idle time: the CPU could have done other work.
function busyOf(idle, iowait) {
    if (idle === null) return null;
    return Math.min(100, Math.max(0, 100 - idle - (iowait ?? 0)));
}

// What is neither free nor reclaimable cache, so that the four parts close to the total.
function usedOf(total, free, buffers, cached) {
    if (total === null || free === null) return null;
    return Math.max(0, total - free - (buffers ?? 0) - (cached ?? 0));
}

export const pointReaders = { top: topPoint, netstat: netstatPoint };
