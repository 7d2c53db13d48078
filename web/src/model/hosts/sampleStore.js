// Longer than 150 lines: one budget of bytes holds over lanes, queues and parsed samples alike.

const BUDGET_BYTES = 64 * 1024 * 1024;
export const KEPT_SHOWN = 600;
export const KEPT_OTHERS = 60;
const PARSED_AT_ONCE = 80;
const LOOSE_AT_LEAST = 1000;

/**
 * Whole samples, so that tables can be shown as they were: of each probe the newest, by time, within one budget of
 * bytes over all hosts, the longest kept leave first. Those that wait to be read lie as JSON text: a fourth of the
 * size, and nothing for the garbage collector to walk through.
 */
export class SampleStore {
    #budget;
    #bytes = 0;
    #lanes = new Map();
    // In order of arrival: those of other hosts make room before those of the one shown.
    #others = new ArrivalQueue();
    #own = new ArrivalQueue();
    #arrivals = 0;
    #alive = 0;
    #loose = [];
    #looseFront = 0;
    #parsed = new Map();
    #shown = null;
    #awaited = null;

    constructor({ budget = BUDGET_BYTES } = {}) {
        this.#budget = budget;
    }

    get bytes() {
        return this.#bytes;
    }

    get count() {
        return this.#alive;
    }

    /** How many are noted to be turned into text, those that left meanwhile too. */
    get waiting() {
        return this.#loose.length - this.#looseFront;
    }

    /** Of this host more is kept than of the others; while none is shown, of all as much as the budget allows. */
    show(host) {
        if (host === this.#shown) return;
        this.#shown = host;
        const all = [...this.#others.entries, ...this.#own.entries].sort((a, b) => a.arrival - b.arrival);
        this.#others = new ArrivalQueue(all.filter((entry) => entry.host !== host));
        this.#own = new ArrivalQueue(all.filter((entry) => entry.host === host));
        if (host === null) return;
        for (const lane of this.#lanes.values()) if (lane.host !== host) this.#shorten(lane.entries, KEPT_OTHERS);
    }

    keep(host, probe, id, t, sample) {
        const key = laneKey(host, probe);
        let lane = this.#lanes.get(key);
        if (!lane) this.#lanes.set(key, (lane = { host, entries: [] }));
        const { entries } = lane;
        let place = entries.length;
        while (place > 0 && entries[place - 1].t > t) place -= 1;
        const arrival = (this.#arrivals += 1);
        const entry = { key, host, arrival, id, t, sample, text: null, bytes: roughBytes(sample), left: false };
        entries.splice(place, 0, entry);
        this.#bytes += entry.bytes;
        this.#alive += 1;
        (host === this.#shown ? this.#own : this.#others).push(entry);
        this.#loose.push(entry);
        // A tab in the background is not given the time to read them, and most of them leave unread.
        if (this.waiting > 2 * this.#alive + LOOSE_AT_LEAST) {
            this.#loose = this.#loose.slice(this.#looseFront).filter(({ left }) => !left);
            this.#looseFront = 0;
        }
        const limit = this.#shown === null || host === this.#shown ? KEPT_SHOWN : KEPT_OTHERS;
        this.#shorten(entries, limit);
        this.#makeRoom();
    }

    /** The newest kept at or before `t` as `{id, t, sample}`, or null. */
    at(host, probe, t) {
        const entries = this.#entries(host, probe);
        let place = entries.length - 1;
        while (place >= 0 && entries[place].t > t) place -= 1;
        return place < 0 ? null : this.#read(entries[place]);
    }

    /** At most `most` kept samples from `from` on and before `to`, evenly taken, as `{id, t, sample}`. */
    between(host, probe, from, to, most = Infinity) {
        const found = this.#entries(host, probe).filter(({ t }) => t >= from && t < to);
        const step = Math.max(1, found.length / most);
        const taken = [];
        for (let i = 0; i < found.length && taken.length < most; i += step) taken.push(this.#read(found[Math.floor(i)]));
        return taken;
    }

    /** The samples of that moment of a host are asked for. */
    await(host, t) {
        this.#awaited = host === null ? null : `${host} ${t}`;
    }

    isAwaited(host, t) {
        return this.#awaited === `${host} ${t}`;
    }

    has(host, probe, id) {
        return this.#entries(host, probe).some((entry) => entry.id === id);
    }

    /** All kept samples, as `{id, t}`, by time. */
    entries(host, probe) {
        return this.#entries(host, probe).map(({ id, t }) => ({ id, t }));
    }

    /** The times of all kept samples, ascending. */
    times(host, probe) {
        return this.#entries(host, probe).map(({ t }) => t);
    }

    remove(host, probe, id) {
        const entries = this.#entries(host, probe);
        const place = entries.findIndex((entry) => entry.id === id);
        if (place >= 0) this.#leave(...entries.splice(place, 1));
    }

    dropAfter(host, probe, t) {
        const entries = this.#entries(host, probe);
        while (entries.length > 0 && entries.at(-1).t > t) this.#leave(entries.pop());
    }

    drop(host, probe) {
        for (const entry of this.#entries(host, probe)) this.#leave(entry);
        this.#lanes.delete(laneKey(host, probe));
    }

    clear() {
        for (const field of [this.#lanes, this.#parsed]) field.clear();
        [this.#others, this.#own, this.#loose] = [new ArrivalQueue(), new ArrivalQueue(), []];
        this.#looseFront = this.#bytes = this.#alive = 0;
    }

    /** Turns samples to text while `goOn()` says so; the newest of each probe is still read and may wait. */
    compact(goOn) {
        while (this.#looseFront < this.#loose.length && goOn()) {
            const entry = this.#loose[this.#looseFront++];
            if (!entry.left) this.#setText(entry);
        }
        if (this.#looseFront < this.#loose.length) return;
        this.#loose = [];
        this.#looseFront = 0;
    }

    #entries(host, probe) {
        return this.#lanes.get(laneKey(host, probe))?.entries ?? [];
    }

    #setText(entry) {
        entry.text = JSON.stringify(entry.sample);
        entry.sample = null;
        this.#bytes += entry.text.length - entry.bytes;
        entry.bytes = entry.text.length;
        this.#makeRoom();
    }

    #read(entry) {
        if (entry.sample) return { id: entry.id, t: entry.t, sample: entry.sample };
        let held = this.#parsed.get(entry);
        if (held) this.#parsed.delete(entry);
        else held = { id: entry.id, t: entry.t, sample: JSON.parse(entry.text) };
        this.#parsed.set(entry, held);
        if (this.#parsed.size > PARSED_AT_ONCE) this.#parsed.delete(this.#parsed.keys().next().value);
        return held;
    }

    #shorten(entries, limit) {
        while (entries.length > limit) this.#leave(entries.shift());
    }

    #leave(entry) {
        entry.left = true;
        this.#alive -= 1;
        this.#bytes -= entry.bytes;
        entry.sample = null;
        entry.text = "null";
        entry.bytes = 0;
        this.#parsed.delete(entry);
    }

    #makeRoom() {
        while (this.#bytes > this.#budget) {
            const entry = this.#others.shift() ?? this.#own.shift();
            if (!entry) return;
            const { entries } = this.#lanes.get(entry.key);
            entries.splice(entries.indexOf(entry), 1);
            this.#leave(entry);
        }
    }
}

/** Entries in order of arrival; those that left by another way are passed over, and cleared away now and then. */
class ArrivalQueue {
    #held;
    #front = 0;
    #checkAt = 4000;

    constructor(entries = []) {
        this.#held = entries;
    }

    get entries() {
        return this.#held.slice(this.#front).filter(({ left }) => !left);
    }

    push(entry) {
        this.#held.push(entry);
        if (this.#held.length < this.#checkAt) return;
        this.#held = this.entries;
        this.#front = 0;
        this.#checkAt = 4000 + 2 * this.#held.length;
    }

    shift() {
        while (this.#front < this.#held.length) {
            const entry = this.#held[this.#front++];
            if (!entry.left) return entry;
        }
        return null;
    }
}

const laneKey = (host, probe) => `${probe}:${host}`;

// Until it is text, a sample's size is guessed from its tables.
function roughBytes(sample) {
    let cells = 64;
    for (const value of Object.values(sample)) {
        if (Array.isArray(value?.rows)) cells += value.rows.length * (value.cols?.length ?? 8);
    }
    return 40 * cells;
}
