import { Ring, upperBound } from "./ring.js";

/** The newest points of one probe of one host, by time, at most `capacity`, each sample id once. */
export class History {
    #ring;
    #ids = [];
    #times = new Map();
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

    get newestT() {
        return this.length === 0 ? null : this.#ring.times[this.length - 1];
    }

    get newestId() {
        return this.#ids.at(-1) ?? null;
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
        const place = this.#ring.put(t, values);
        if (place < 0) return false;
        this.#version += 1;
        if (place === this.#ids.length) this.#ids.push(id);
        else this.#ids.splice(place + Number(this.#ids.length === this.#ring.length), 0, id);
        this.#times.set(id, t);
        while (this.#ids.length > this.#ring.length) this.#times.delete(this.#ids.shift());
        return true;
    }

    remove(id) {
        if (!this.#times.delete(id)) return false;
        const place = this.#ids.indexOf(id);
        this.#ids.splice(place, 1);
        this.#ring.remove(place);
        this.#version += 1;
        return true;
    }

    /** Takes out what lies after `t`: a clock that was set back has not been there yet. */
    dropAfter(t) {
        while (this.length > 0 && this.newestT > t) this.remove(this.newestId);
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
