import { closingRows, processIdentity, processRows } from "./processes.js";
import { number } from "./read.js";

const SAMPLES_AT_ONCE = 40;
const PROCESSES = 4096;
// What a sample did not list counts as nothing in these: tables list the busiest.
const RATES = ["cpuPct", "rdBps", "wrBps"];

/**
 * What the processes of one host used over a range of time: of each the mean and the peak, from the kept samples; read a
 * little at a time. Rates are means over all samples, so that they add up; memory is the mean while it was listed.
 */
export class ProcessRange {
    #store;
    #key = null;
    #taken = new Set();
    #processes = new Map();
    #closing = new Map();

    constructor(store) {
        this.#store = store;
    }

    get count() {
        return this.#taken.size;
    }

    /** Turns to a range, whose end may move on with the present, and reads on in it; true while there is more to read. */
    read(host, [from, to], end = to) {
        const key = `${host} ${from} ${end}`;
        if (key !== this.#key) {
            this.#key = key;
            for (const held of [this.#taken, this.#processes, this.#closing]) held.clear();
        }
        const missing = this.#store.times(host, "top").filter((t) => t >= from && t <= to && !this.#taken.has(t));
        for (const t of missing.slice(-SAMPLES_AT_ONCE).reverse()) this.#take(t, this.#store.at(host, "top", t).sample);
        return missing.length > SAMPLES_AT_ONCE;
    }

    /** As rows of a process table, with `cpuPeak` and `rssPeak`. */
    get rows() {
        return [...this.#processes.values()].map(({ row, sums, peaks }) => ({
            ...row,
            ...Object.fromEntries(RATES.map((name) => [name, sums[name] ? sums[name].total / this.count : null])),
            rssKiB: meanOf(sums.rssKiB),
            cpuPeak: peaks.cpuPct ?? null,
            rssPeak: peaks.rssKiB ?? null,
        }));
    }

    /** As rows that close the table. */
    get closing() {
        return [...this.#closing.values()].map(({ row, sums, peaks }) => ({
            ...row,
            count: sums.count ? Math.round(meanOf(sums.count)) : null,
            cpuPct: sums.cpuPct ? sums.cpuPct.total / this.count : null,
            rssKiB: meanOf(sums.rssKiB),
            cpuPeak: peaks.cpuPct ?? null,
            rssPeak: peaks.rssKiB ?? null,
        }));
    }

    #take(t, sample) {
        this.#taken.add(t);
        for (const row of processRows(sample)) put(this.#processes, processIdentity(row), row, t, [...RATES, "rssKiB"], PROCESSES);
        for (const row of closingRows(sample)) put(this.#closing, row.key, row, t, ["cpuPct", "rssKiB", "count"], PROCESSES);
    }
}

function put(held, key, row, t, names, most) {
    let one = held.get(key);
    if (!one) {
        if (held.size >= most) return;
        held.set(key, (one = { row, t, sums: {}, peaks: {} }));
    }
    // Its words are those of the newest sample that lists it.
    if (t >= one.t) Object.assign(one, { row, t });
    for (const name of names) {
        const value = number(row[name]);
        if (value === null) continue;
        const sum = (one.sums[name] ??= { total: 0, count: 0 });
        sum.total += value;
        sum.count += 1;
        one.peaks[name] = Math.max(one.peaks[name] ?? -Infinity, value);
    }
}

const meanOf = (sum) => (sum ? sum.total / sum.count : null);
