import { list, number, object, sum, tableRows } from "./read.js";

// A point is what the charts keep of a sample: a few numbers, null where there is no reading.

/** `top`: CPU percentages of all CPUs, memory in KiB, load averages. */
export function topPoint(sample) {
    const cpu = object(sample.cpu);
    const mem = object(sample.mem);
    const load = list(sample.load);
    const read = (name) => number(mem[name]);
    const shmem = read("shmem") ?? 0;
    const reclaimable = (read("sreclaimable") ?? 0) - shmem;
    const cached = read("cached") === null ? null : Math.max(0, read("cached") + reclaimable);
    const swapTotal = read("swapTotal");
    const swapFree = read("swapFree");
    return {
        user: number(cpu.user),
        nice: number(cpu.nice),
        system: number(cpu.system),
        iowait: number(cpu.iowait),
        irq: sum(number(cpu.irq), number(cpu.softirq)),
        steal: number(cpu.steal),
        guest: number(cpu.guest),
        busy: busyOf(cpu),
        cached,
        free: read("free"),
        buffers: read("buffers"),
        used: usedOf(read("total"), read("free"), read("buffers"), cached),
        total: read("total"),
        swapUsed: swapTotal === null || swapFree === null ? null : swapTotal - swapFree,
        load1: number(load[0]),
        load5: number(load[1]),
        load15: number(load[2]),
    };
}

const TCP_STATES = [
    "established", "synSent", "synRecv", "finWait1", "finWait2", "timeWait", "close", "closeWait", "lastAck",
    "listen", "closing",
];

/** `netstat`: TCP sockets by state, bytes per second by interface. */
export function netstatPoint(sample) {
    const tcp = Object.fromEntries(TCP_STATES.map((name) => [name, number(object(sample.tcp)[name])]));
    const state = (name) => tcp[name];
    return {
        tcp,
        established: state("established"),
        timeWait: state("timeWait"),
        closeWait: state("closeWait"),
        opening: sum(state("synSent"), state("synRecv")),
        closing: sum(state("finWait1"), state("finWait2"), state("lastAck"), state("closing"), state("close")),
        // One that is down moves nothing and would only fill the legend.
        interfaces: tableRows(sample.ifs, ["name", "rxBps", "txBps", "up"])
            .filter(({ up }) => up !== false)
            .map(({ name, rxBps, txBps }) => ({ name: String(name ?? ""), rx: number(rxBps), tx: number(txBps) })),
    };
}

// Waiting for a disk is idle time: the CPU could have done other work.
function busyOf(cpu) {
    const idle = number(cpu.idle);
    if (idle === null) return null;
    return Math.min(100, Math.max(0, 100 - idle - (number(cpu.iowait) ?? 0)));
}

// What is neither free nor reclaimable cache, so that the four parts close to the total.
function usedOf(total, free, buffers, cached) {
    if (total === null || free === null) return null;
    return Math.max(0, total - free - (buffers ?? 0) - (cached ?? 0));
}

export const pointReaders = { top: topPoint, netstat: netstatPoint };
