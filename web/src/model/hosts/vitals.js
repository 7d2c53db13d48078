import { cpusOf, list, number, object, sum, tableRows, text } from "../read.js";
import { protocolErrors } from "./points/netstat.js";
import { upperBound } from "./ring.js";

// Longer than 150 lines: a host's trends and the readings that they keep name the same figures.

// Ten minutes by the second.
const CAPACITY = 600;

/** Readings by time in typed arrays: the newest `CAPACITY`, a time only once. */
export class Trend {
    times = new Float64Array(CAPACITY);
    length = 0;
    values;
    /** Readings up to then stand so many ms apart, as columns of the past have them. */
    sparse = { until: -Infinity, stepMs: 0 };

    constructor(names) {
        this.values = Object.fromEntries(names.map((name) => [name, new Float32Array(CAPACITY)]));
    }

    get newest() {
        return this.length === 0 ? -Infinity : this.times[this.length - 1];
    }

    /** Puts readings in their place in time; null is kept as NaN. */
    put(t, readings) {
        let place = this.length;
        while (place > 0 && this.times[place - 1] > t) place -= 1;
        if (place > 0 && this.times[place - 1] === t) return;
        if (this.length === CAPACITY) {
            if (place === 0) return;
            this.#shift(1, 0, place);
            place -= 1;
        } else {
            this.#shift(place, place + 1, this.length);
            this.length += 1;
        }
        this.times[place] = t;
        for (const [name, array] of Object.entries(this.values)) array[place] = readings[name] ?? NaN;
    }

    /** Takes out what lies after `t`: a clock that was set back has not been there yet. */
    dropAfter(t) {
        while (this.newest > t) this.length -= 1;
    }

    /** Puts readings of the `stepMs` up to `t`, unless there are some. */
    fill(t, stepMs, readings) {
        const place = upperBound(this.times.subarray(0, this.length), t);
        if (this.length >= CAPACITY || (place > 0 && this.times[place - 1] > t - stepMs)) return;
        this.put(t, readings);
        this.sparse = { until: Math.max(this.sparse.until, t), stepMs };
    }

    // Moves [from, to) to `target`, in every array.
    #shift(from, target, to) {
        this.times.copyWithin(target, from, to);
        for (const array of Object.values(this.values)) array.copyWithin(target, from, to);
    }
}

/** The few figures of a host that a fleet's card, its order and the alarms need. */
export class Vitals {
    top = new Trend(["cpu", "memory", "load"]);
    net = new Trend(["rx", "tx"]);
    now = {};
    #cost = new Map();
    #newest = new Map();

    take(probe, sample, t) {
        const cost = number(sample.tookUs);
        if (!(t >= (this.#newest.get(probe) ?? -Infinity))) {
            this.#put(probe, sample, t);
            return;
        }
        this.#newest.set(probe, t);
        const interval = number(sample.intervalMs);
        this.#cost.set(probe, { us: cost, share: cost === null || !(interval > 0) ? null : cost / (interval * 10) });
        Object.assign(this.now, this.#put(probe, sample, t));
    }

    /** When the newest sample of a probe was taken. */
    newest(probe) {
        return this.#newest.get(probe) ?? -Infinity;
    }

    /** The host's clock was set back to `t`: what follows is newer than all before it. */
    stepBack(probe, t) {
        this.#newest.set(probe, t);
        if (probe === "top") this.top.dropAfter(t);
        if (probe === "netstat") this.net.dropAfter(t);
    }

    /** CPU time the newest samples took on the host in µs, and in percent of one CPU; null where none says so. */
    get cost() {
        const known = [...this.#cost.values()].filter(({ us }) => us !== null);
        return {
            us: sum(...known.map(({ us }) => us)),
            percent: sum(...known.map(({ share }) => share)),
        };
    }

    #put(probe, sample, t) {
        if (probe === "top") {
            const read = topVitals(sample);
            this.top.put(t, read);
            return read;
        }
        if (probe === "netstat") {
            const read = netVitals(sample);
            this.net.put(t, read);
            return read;
        }
        return {};
    }
}

/**
 * `cpu`, `iowait`, `memory`, `swap` used, the highest `pressure` and the busiest `disk` in percent, memory in KiB, `load`
 * of one minute, and the number of CPUs.
 */
export function topVitals(sample) {
    const cpu = object(sample.cpu);
    const mem = object(sample.mem);
    const idle = number(cpu.idle);
    const total = number(mem.total);
    const available = number(mem.available) ?? number(mem.free);
    const used = total === null || available === null ? null : Math.max(0, total - available);
    return {
        cpu: idle === null ? null : Math.min(100, Math.max(0, 100 - idle - (number(cpu.iowait) ?? 0))),
        memory: used === null || !(total > 0) ? null : (100 * used) / total,
        memoryKiB: used,
        load: number(list(sample.load)[0]),
        cpus: cpusOf(sample),
        iowait: number(cpu.iowait),
        swap: shareOf(number(mem.swapTotal), number(mem.swapFree)),
        pressure: pressureOf(object(sample.psi)),
        disk: most(tableRows(sample.disks, ["utilPct"]).map(({ utilPct }) => amount(utilPct))),
    };
}

/**
 * Bytes per second in and out of the machine, and segments sent again per second. The loopback and interfaces that are down
 * do not count.
 */
export function netVitals(sample) {
    const rows = tableRows(sample.ifs, ["name", "rxBps", "txBps", "up"])
        .filter(({ name, up }) => name !== "lo" && up !== false);
    const total = (field) => sum(...rows.map((row) => amount(row[field])));
    return { rx: total("rxBps"), tx: total("txBps"), retrans: amount(protocolErrors(sample).TcpRetransSegs) };
}

const shareOf = (total, free) => (!(total > 0) || free === null ? null : Math.max(0, (100 * (total - free)) / total));

const pressureOf = (psi) => most(["cpu", "memory", "io"].flatMap((of) =>
    ["some", "full"].map((kind) => amount(list(object(psi[of])[kind])[0]))));

function most(values) {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
}

const amount = (value) => {
    const read = number(value);
    return read === null || read < 0 ? null : read;
};

const worstOf = new WeakMap();

/** The process of a `top` sample that uses most CPU, as `{name, cpuPct}`; null where none is known. */
export function worstProcess(sample) {
    if (!sample) return null;
    // A card asks, and the fleet's order by it.
    if (!worstOf.has(sample)) worstOf.set(sample, findWorst(sample));
    return worstOf.get(sample);
}

function findWorst(sample) {
    let worst = null;
    // Of hosts that nobody looks at the table is not here: newer collectors name the busiest besides.
    if (!sample.procs) {
        const { pid, comm, cpuPct } = object(sample.busiest);
        return number(cpuPct) > 0 ? { pid: number(pid), name: text(comm) ?? "?", cpuPct } : null;
    }
    for (const row of tableRows(sample?.procs, ["pid", "comm", "cpuPct"])) {
        const cpuPct = number(row.cpuPct);
        if (cpuPct !== null && cpuPct > (worst?.cpuPct ?? 0)) worst = { pid: row.pid, name: String(row.comm ?? "?"), cpuPct };
    }
    return worst;
}
