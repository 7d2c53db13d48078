import { number } from "./read.js";
import { processIdentity, processRows } from "./processes.js";
import { Ring } from "./ring.js";

const PROCESSES = 512;
const SAMPLES_AT_ONCE = 40;

/** The CPU of each process of one host over time, from the kept samples; built a little at a time. */
export class ProcessHistory {
    #store;
    #host = null;
    #ring = null;
    #pending = [];

    constructor(store) {
        this.#store = store;
    }

    /** Turns to a host; what is kept of it is read by and by, the newest first. */
    show(host) {
        if (host === this.#host) return;
        this.#host = host;
        this.#ring = new Ring(600, { most: PROCESSES });
        this.#pending = null;
    }

    /** Takes in what came up to now; true while there is more to read. */
    update() {
        if (this.#host === null) return false;
        const last = this.#ring.length === 0 ? -Infinity : this.#ring.times[this.#ring.length - 1];
        if (this.#pending === null) {
            this.#pending = this.#store.times(this.#host, "top");
        } else {
            for (const { t, sample } of this.#store.between(this.#host, "top", last + 0.001, Infinity)) this.#put(t, sample);
        }
        for (let i = 0; i < SAMPLES_AT_ONCE && this.#pending.length > 0; i += 1) {
            const t = this.#pending.pop();
            const found = this.#store.at(this.#host, "top", t);
            if (found?.t === t && !this.#has(t)) this.#put(t, found.sample);
        }
        return this.#pending.length > 0;
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
