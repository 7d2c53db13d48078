// Longer than 150 lines: it is one container, whose columns share their places.

const FIRST_ROOM = 32;
// Room beyond the capacity: the columns then move once in so many rows, and always lie in one piece.
const SLACK = 0.25;

/**
 * The newest rows of one time series, in order of time: a Float64 column of times and any number of Float32 columns
 * by name, NaN where a row has no reading. Memory is bounded by `capacity` rows and `most` columns; the column
 * without a reading for longest makes way for a new one. Putting in order costs O(columns).
 */
export class Ring {
    #capacity;
    #most;
    #room = 0;
    #start = 0;
    #length = 0;
    #times = new Float64Array(0);
    #columns = new Map();
    #readAt = new Map();

    constructor(capacity, { most = 512 } = {}) {
        this.#capacity = capacity;
        this.#most = most;
    }

    get length() {
        return this.#length;
    }

    get capacity() {
        return this.#capacity;
    }

    /** Times in ascending order: a view that holds until the next change. */
    get times() {
        return this.#times.subarray(this.#start, this.#start + this.#length);
    }

    get names() {
        return [...this.#columns.keys()];
    }

    get bytes() {
        return this.#room * (8 + 4 * this.#columns.size);
    }

    /** The values of a column beside `times`, as a view that holds until the next change; null for no such column. */
    column(name) {
        return this.#columns.get(name)?.subarray(this.#start, this.#start + this.#length) ?? null;
    }

    /** One value, null where there is none. */
    at(name, index) {
        if (index < 0 || index >= this.#length) return null;
        const value = this.#columns.get(name)?.[this.#start + index];
        return value === undefined || Number.isNaN(value) ? null : value;
    }

    /** The first row at or after `t`. */
    lowerBound(t) {
        return lowerBound(this.times, t);
    }

    /** The last row at or before `t`, -1 for none. */
    indexAt(t) {
        return upperBound(this.times, t) - 1;
    }

    /** Puts a row in its place in time and returns that place, or -1 for one older than a full ring reaches back. */
    put(t, values) {
        if (this.#length >= this.#capacity && t < this.#times[this.#start]) return -1;
        this.#makeRoom();
        const place = upperBound(this.times, t);
        const from = this.#start + place;
        const end = this.#start + this.#length;
        for (const column of [this.#times, ...this.#columns.values()]) {
            if (from < end) column.copyWithin(from + 1, from, end);
            column[from] = NaN;
        }
        this.#times[from] = t;
        this.#length += 1;
        this.set(place, values);
        if (this.#length <= this.#capacity) return place;
        this.#start += 1;
        this.#length -= 1;
        return place - 1;
    }

    /** Sets readings of a row; those that are not given stay. */
    set(index, values) {
        const from = this.#start + index;
        for (const name in values) {
            const value = values[name];
            if (value === null || value === undefined) continue;
            this.#columnFor(name)[from] = value;
            this.#readAt.set(name, this.#times[from]);
        }
    }

    remove(index) {
        const from = this.#start + index;
        const end = this.#start + this.#length;
        for (const column of [this.#times, ...this.#columns.values()]) column.copyWithin(from, from + 1, end);
        this.#length -= 1;
    }

    #makeRoom() {
        if (this.#start + this.#length < this.#room) return;
        const wanted = Math.min(Math.max(FIRST_ROOM, 2 * this.#length), Math.ceil(this.#capacity * (1 + SLACK)) + 1);
        const moved = (old, fresh) => {
            fresh.set(old.subarray(this.#start, this.#start + this.#length));
            return fresh;
        };
        if (wanted > this.#room) {
            this.#times = moved(this.#times, new Float64Array(wanted));
            for (const [name, old] of this.#columns) {
                this.#columns.set(name, moved(old, new Float32Array(wanted).fill(NaN)));
            }
            this.#room = wanted;
        } else {
            for (const column of [this.#times, ...this.#columns.values()]) {
                column.copyWithin(0, this.#start, this.#start + this.#length);
            }
        }
        this.#start = 0;
    }

    #columnFor(name) {
        const known = this.#columns.get(name);
        if (known) return known;
        if (this.#columns.size >= this.#most) {
            let oldest = null;
            for (const [other, t] of this.#readAt) if (oldest === null || t < this.#readAt.get(oldest)) oldest = other;
            this.#columns.delete(oldest);
            this.#readAt.delete(oldest);
        }
        const fresh = new Float32Array(this.#room).fill(NaN);
        this.#columns.set(name, fresh);
        return fresh;
    }
}

/** The first place in ascending `times` that is not before `t`. */
export function lowerBound(times, t) {
    let low = 0;
    let high = times.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle] < t) low = middle + 1;
        else high = middle;
    }
    return low;
}

/** The first place in ascending `times` after `t`; in order of arrival that is the end, found at once. */
export function upperBound(times, t) {
    if (times.length === 0 || times[times.length - 1] <= t) return times.length;
    let low = 0;
    let high = times.length;
    while (low < high) {
        const middle = (low + high) >> 1;
        if (times[middle] <= t) low = middle + 1;
        else high = middle;
    }
    return low;
}
