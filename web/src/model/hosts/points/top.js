import { deviceName, DEVICES_AT_MOST, list, object, reading, sum, tableRows } from "../../read.js";

const CORE_LIMIT = 256;
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
    const rows = tableRows(sent, ["name", "rdBps", "wrBps", "utilPct"], faults).slice(0, DEVICES_AT_MOST);
    let [read, written, busiest] = [null, null, null];
    for (const row of rows) {
        const name = deviceName(row.name);
        const [rd, wr] = [reading(row.rdBps, faults), reading(row.wrBps, faults)];
        const util = reading(row.utilPct, faults, 1000);
        Object.assign(point, { [`disk:${name}:rd`]: rd, [`disk:${name}:wr`]: wr, [`disk:${name}:util`]: util });
        [read, written] = [sum(read, rd), sum(written, wr)];
        if (util !== null) busiest = Math.max(busiest ?? 0, util);
    }
    Object.assign(point, { diskRd: read, diskWr: written, diskUtil: busiest });
}

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
