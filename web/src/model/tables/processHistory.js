import { number } from "../read.js";
import { processIdentity, processRows } from "./processes.js";
import { Ring } from "../hosts/ring.js";

const PROCESSES = 512;
const CAPACITY = 600;
const SAMPLES_AT_ONCE = 40;

// Shorter lines would show the time by the breadth of a hair.
const SHORTEST_MS = 60_000;

/**
 * The times at the edges of the small lines: of the time shown, as far back as tables are held, which reach less far than
 * the charts. `isWhole`: they reach as far.
 */
export function sparkSpan(times, [from, to]) {
    const first = times.length > 0 ? times[0] : from;
    const begin = Math.max(from, Math.min(first, to - SHORTEST_MS));
    const isWhole = first >= to || begin <= from + 0.05 * (to - from);
    return { edges: [isWhole ? from : begin, to], isWhole };
}

/** The CPU of each process of one host over time, from the kept samples; built a little at a time. */
export class ProcessHistory {
    #store;
    #host = null;
    #ring = null;

    constructor(store) {
        this.#store = store;
    }

    /** Turns to a host. Its kept samples are read a few at a time, the newest first. */
    show(host) {
        if (host === this.#host) return;
        this.#host = host;
        this.#ring = new Ring(CAPACITY, { most: PROCESSES });
    }

    /** Takes in what came, of the present or of the past; true while there is more to read. */
    update() {
        if (this.#host === null) return false;
        const held = this.#store.times(this.#host, "top");
        // What a clock that was set back has left in the future would stand before the present for good.
        while (this.#ring.length > 0 && this.#ring.times.at(-1) > (held.at(-1) ?? Infinity)) this.#ring.remove(this.#ring.length - 1);
        const floor = this.#ring.length < CAPACITY ? -Infinity : this.#ring.times[0];
        const missing = held.filter((t) => t >= floor && !this.#has(t));
        for (const t of missing.slice(-SAMPLES_AT_ONCE).reverse()) {
            this.#put(t, this.#store.at(this.#host, "top", t).sample);
        }
        return missing.length > SAMPLES_AT_ONCE;
    }

    get times() {
        return this.#ring?.times ?? new Float64Array(0);
    }

    /** Percent of one CPU beside `times`, NaN where the process was not listed; null for an unknown process. */
    column(identity) {
        return this.#ring?.column(identity) ?? null;
    }

    #has(t) {
        return this.#ring.times[this.#ring.lowerBound(t)] === t;
    }

    #put(t, sample) {
        const row = {};
        for (const process of processRows(sample)) row[processIdentity(process)] = number(process.cpuPct);
        this.#ring.put(t, row);
    }
}
