import { number } from "../read.js";
import { MISSED_INTERVALS } from "../link/silence.js";

export const DEFAULT_INTERVAL_MS = 1000;
// Details come in the same flush as their figures.
const WAITING_AT_MOST = 64;

/**
 * What is known of every probe of a host, whatever its samples hold: their history, the newest one, when that came by the
 * page's clock, and for how long nothing has come.
 */
export class Heard {
    latest = null;
    seenAt = -Infinity;
    intervalMs = DEFAULT_INTERVAL_MS;
    #latestName = null;
    #whole = null;
    #waiting = new Map();
    #unheardMs;

    /**
     * @param history with `newestId`, `newestT` and `remove(name)`
     * @param unheardMs `(from, to)`: how much of that time the page could hear no host
     */
    constructor(history, unheardMs = () => 0) {
        this.history = history;
        this.#unheardMs = unheardMs;
    }

    /** The history has taken a sample by that name, which counts as fresh at `seenAt`. */
    heard(sample, name, seenAt) {
        if (this.history.newestId === name) {
            [this.latest, this.#latestName] = [sample, name];
            const interval = number(sample.intervalMs);
            this.intervalMs = interval !== null && interval >= 1 ? interval : DEFAULT_INTERVAL_MS;
        }
        this.seenAt = Math.max(this.seenAt, seenAt);
    }

    /**
     * What tables show of the present, as `{sample, t}`: the newest sample that is here with its details. They come behind
     * its figures, and no table is to be empty in between. Where none came for long, the newest without them.
     */
    get shown() {
        const { newestT } = this.history;
        return this.#whole && newestT - this.#whole.t <= this.longestMs ? this.#whole : { sample: this.latest, t: newestT };
    }

    /** A sample whose details may come. */
    expect(name, sample) {
        this.#waiting.set(name, sample);
        if (this.#waiting.size > WAITING_AT_MOST) this.#waiting.delete(this.#waiting.keys().next().value);
    }

    /** The sample by that name together with its details; null where its figures are not here. */
    joined(name, details) {
        const figures = this.#waiting.get(name) ?? (name === this.#latestName ? this.latest : null);
        this.#waiting.delete(name);
        return figures && { ...figures, ...details };
    }

    /** A sample of the history is here with its details, or names none. */
    takeWhole(name, t, sample) {
        if (name === this.#latestName) this.latest = sample;
        if (t >= (this.#whole?.t ?? -Infinity)) this.#whole = { name, t, sample };
    }

    forgetWhole() {
        this.#whole = null;
        this.#waiting.clear();
    }

    remove(name) {
        if (!this.history.remove(name)) return false;
        if (this.#whole?.name === name) this.#whole = null;
        if (this.#latestName === name) [this.latest, this.#latestName] = [null, null];
        return true;
    }

    /** How long without a sample counts as a hole. */
    get longestMs() {
        return MISSED_INTERVALS * this.intervalMs;
    }

    ageMs(now) {
        return Math.max(0, now - this.seenAt);
    }

    /** For how long nothing came while the page could hear it. */
    silentMs(now) {
        return this.ageMs(now) - this.#unheardMs(this.seenAt, now);
    }

    isStale(now) {
        return this.silentMs(now) > this.longestMs;
    }
}
