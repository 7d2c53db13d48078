import { number } from "../read.js";
import { MISSED_INTERVALS } from "../link/silence.js";

export const DEFAULT_INTERVAL_MS = 1000;

/**
 * What is known of every probe of a host, whatever its samples hold: their history, the newest one, when that came by the
 * page's clock, and for how long nothing has come.
 */
export class Heard {
    latest = null;
    seenAt = -Infinity;
    intervalMs = DEFAULT_INTERVAL_MS;
    #latestName = null;
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

    remove(name) {
        if (!this.history.remove(name)) return false;
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
