import { Ring, upperBound } from "./ring.js";

// Longer than 150 lines: points of samples and points out of columns make way for each other.

/**
 * The newest points of one probe of one host, by time, at most `capacity`, each sample id once. Points out of columns of the
 * past have no id: they stand for a step that ends at their time, until the sample itself comes.
 */
export class History {
    #ring;
    #ids = [];
    #times = new Map();
    #estimates = 0;
    #version = 0;
    #points = { version: -1, held: [] };

    constructor(capacity, options) {
        this.#ring = new Ring(capacity, options);
    }

    /** The columns the charts draw from; only to read. */
    get ring() {
        return this.#ring;
    }

    get length() {
        return this.#ring.length;
    }

    get oldestT() {
        return this.length === 0 ? null : this.#ring.times[0];
    }

    get newestT() {
        return this.length === 0 ? null : this.#ring.times[this.length - 1];
    }

    get newestId() {
        const id = this.#ids.at(-1);
        return typeof id === "string" ? id : null;
    }

    /** The newest point as an object, null where there is none. */
    get newest() {
        return this.length === 0 ? null : this.#pointAt(this.length - 1);
    }

    /** All points as objects: for few readers, as it costs a thousand times what `ring` does. */
    get points() {
        if (this.#points.version !== this.#version) {
            this.#points = { version: this.#version, held: this.#ids.map((_, i) => this.#pointAt(i)) };
        }
        return this.#points.held;
    }

    /** The time of a sample, undefined for one that is not here. */
    timeOf(id) {
        return this.#times.get(id);
    }

    has(id) {
        return this.#times.has(id);
    }

    /** Adds a point; false for a duplicate or one older than a full history reaches back. */
    put(id, t, values) {
        const known = this.#times.get(id);
        if (known !== undefined) {
            if (t <= known) return false;
            this.remove(id);
        }
        const estimate = this.#estimateOf(t);
        if (estimate >= 0) this.#removeAt(estimate);
        if (!this.#put(id, t, values)) return false;
        this.#times.set(id, t);
        return true;
    }

    /** Adds a point of the `step` ms up to `t`, unless one stands there; a full history takes none. */
    fill(t, step, values) {
        const { times, length, capacity } = this.#ring;
        const before = upperBound(times, t) - 1;
        if (length >= capacity || (before >= 0 && times[before] > t - step) || this.#estimateOf(t) >= 0) return false;
        return this.#put(step, t, values);
    }

    /** Adds readings to a point that is there. */
    merge(id, values) {
        if (this.#times.has(id)) this.#ring.set(this.#ids.lastIndexOf(id), values);
    }

    /** A sample of a point without an id has come, whose time is known now. */
    settle(id, t) {
        const place = this.#times.has(id) ? -1 : this.#estimateOf(t);
        if (place < 0) return;
        const values = this.#pointAt(place);
        delete values.id;
        delete values.t;
        this.put(id, t, values);
    }

    remove(id) {
        if (!this.#times.has(id)) return false;
        this.#removeAt(this.#ids.indexOf(id));
        return true;
    }

    /** Until when a point is missing from `from` on, a hole being longer than `longest` ms; null where none is. */
    lackingUntil(from, longest) {
        const { times } = this.#ring;
        for (let i = times.length - 1; i >= 0; i -= 1) {
            if (times[i] - (i > 0 ? Math.max(times[i - 1], from) : from) > longest) return times[i];
            if (times[i] <= from) return null;
        }
        return null;
    }

    /** Takes out what lies after `t`: a clock that was set back has not been there yet. */
    dropAfter(t) {
        while (this.length > 0 && this.newestT > t) this.#removeAt(this.length - 1);
    }

    #put(id, t, values) {
        const place = this.#ring.put(t, values);
        if (place < 0) return false;
        this.#version += 1;
        if (typeof id === "number") this.#estimates += 1;
        if (place === this.#ids.length) this.#ids.push(id);
        else this.#ids.splice(place + Number(this.#ids.length === this.#ring.length), 0, id);
        while (this.#ids.length > this.#ring.length) this.#forget(this.#ids.shift());
        return true;
    }

    #removeAt(place) {
        this.#forget(...this.#ids.splice(place, 1));
        this.#ring.remove(place);
        this.#version += 1;
    }

    #forget(id) {
        if (typeof id === "number") this.#estimates -= 1;
        else this.#times.delete(id);
    }

    // The row without an id that stands for a time, -1 for none.
    #estimateOf(t) {
        if (this.#estimates === 0) return -1;
        const place = this.#ring.lowerBound(t);
        const step = this.#ids[place];
        return typeof step === "number" && this.#ring.times[place] - step < t ? place : -1;
    }

    #pointAt(index) {
        const point = { id: this.#ids[index], t: this.#ring.times[index] };
        for (const name of this.#ring.names) point[name] = this.#ring.at(name, index);
        return point;
    }
}

/** Whether a hole lies before row `index`: longer than `longest` ms without a sample. */
export const gapBefore = (times, index, longest) => index > 0 && times[index] - times[index - 1] > longest;

/** The row nearest to `t` before row `end`, or -1 when none is within `reach` ms. */
export function nearest(times, t, reach, end = times.length) {
    const after = Math.min(upperBound(times, t), end);
    const best = [after - 1, after]
        .filter((i) => i >= 0 && i < end && Math.abs(times[i] - t) <= reach)
        .sort((a, b) => Math.abs(times[a] - t) - Math.abs(times[b] - t));
    return best[0] ?? -1;
}
