import { list, number } from "../read.js";
import { MISSED_INTERVALS } from "../link/silence.js";

export const DEFAULT_INTERVAL_MS = 1000;
// Details come in the same flush as their figures.
const WAITING_AT_MOST = 64;
const RUNS_LEFT_AT_MOST = 16;
/** Clocks that differ by less are taken for the same: so far samples of two probes, or of two runs, may lie apart. */
export const SAME_CLOCK_MS = 5000;

/**
 * What is known of every probe of a host, whatever its samples hold: their history, the newest one, when that came by the
 * page's clock, and for how long nothing has come.
 */
export class Heard {
    latest = null;
    seenAt = -Infinity;
    intervalMs = DEFAULT_INTERVAL_MS;
    #latestName = null;
    #latestSeenAt = -Infinity;
    #runsLeft = new Set();
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
            [this.latest, this.#latestName, this.#latestSeenAt] = [sample, name, seenAt];
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

    /**
     * Whether a sample that came at `seenAt` shows that the host's clock was set back: a later one of the same run with an
     * earlier time, or one of another run, where the run ahead of it has fallen silent. Late samples have an earlier
     * number, or say that they waited. A run that was left and speaks again is a second collector of the same name.
     */
    isStepBack(sample, t, seenAt) {
        const { newestT } = this.history;
        if (this.latest === null || t >= newestT) return false;
        const [run, seq] = placeOf(sample);
        const [lastRun, lastSeq] = placeOf(this.latest);
        if (run === lastRun) return seq !== null && lastSeq !== null && seq > lastSeq;
        return newestT - t > SAME_CLOCK_MS && seenAt - this.#latestSeenAt > this.longestMs && !this.#runsLeft.has(lastRun)
            && !list(sample.flags).includes("backfill");
    }

    /** The host's clock was set back to `t`: what lies after it has not been yet. `sample`: which shows it. */
    stepBack(t, sample = null) {
        const [run, lastRun] = [sample, this.latest].map((one) => one && placeOf(one)[0]);
        if (run && lastRun && run !== lastRun) this.#runsLeft.add(lastRun);
        if (this.#runsLeft.size > RUNS_LEFT_AT_MOST) this.#runsLeft.delete(this.#runsLeft.values().next().value);
        this.history.dropAfter(t);
        this.forgetWhole();
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

/** The collector's run and the sample's number in it, from the end of `HOST:PROBE:START:SEQ`. */
function placeOf(sample) {
    const parts = String(sample.id).split(":");
    const seq = number(sample.seq) ?? (/^\d+$/.test(parts.at(-1)) ? Number(parts.at(-1)) : null);
    return [parts.slice(0, -1).join(":"), seq];
}
