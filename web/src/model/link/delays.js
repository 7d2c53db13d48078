import { duration, short, UNKNOWN } from "../format.js";

const WINDOW_MS = 60_000;
const BUCKET_MS = 5_000;
/** What differs by more is a clock that is wrong, not a slow path. */
const SKEW_MS = 500;

/** The smallest value of the last minute. Times are the page's monotonic ms. */
export class MinuteMinimum {
    #buckets = [];

    put(value, at) {
        const slot = Math.floor(at / BUCKET_MS);
        const last = this.#buckets.at(-1);
        if (last && slot <= last.slot) last.least = Math.min(last.least, value);
        else this.#buckets.push({ slot, least: value });
        this.#forget(at);
    }

    /** Null where the last minute brought nothing. */
    value(at) {
        this.#forget(at);
        return this.#buckets.length === 0 ? null : Math.min(...this.#buckets.map(({ least }) => least));
    }

    #forget(at) {
        const oldest = Math.floor((at - WINDOW_MS) / BUCKET_MS);
        while (this.#buckets.length > 0 && this.#buckets[0].slot < oldest) this.#buckets.shift();
    }
}

/**
 * How long samples take on one stretch between two clocks, and how far these are apart.
 * A delay is never below zero: the smallest difference of a minute is taken for the clocks' offset where it is
 * negative or too large for a path.
 */
export class PathDelay {
    #least = new MinuteMinimum();
    #last = null;

    /** `difference`: the later clock's time less the earlier clock's, in ms. */
    put(difference, at) {
        if (!Number.isFinite(difference)) return;
        this.#least.put(difference, at);
        this.#last = difference;
    }

    /** By how many ms the earlier clock is behind the later one (negative: ahead); 0 where that is not known. */
    skewMs(at) {
        const least = this.#least.value(at);
        return least !== null && Math.abs(least) > SKEW_MS ? least : 0;
    }

    /** What the newest sample took; over clocks that differ, what it took beyond the quickest. */
    delayMs(at) {
        if (this.#last === null) return null;
        const least = this.#least.value(at) ?? 0;
        return Math.max(0, this.#last - (least < 0 || least > SKEW_MS ? least : 0));
    }
}

/** From the arrival of the first sample not yet painted to the end of its painting, in ms. */
export class PaintDelay {
    #waiting = null;
    lastMs = null;

    arrived(at) {
        this.#waiting ??= at;
    }

    painted(at) {
        if (this.#waiting === null) return;
        this.lastMs = Math.max(0, at - this.#waiting);
        this.#waiting = null;
    }
}

/** `clock 2.3 s ahead`; empty where the clocks agree. */
export function skewWords(skewMs) {
    if (!skewMs) return "";
    const size = Math.abs(skewMs) / 1000;
    const words = size < 60 ? `${short(size)}\u202fs` : duration(size);
    return `clock ${words} ${skewMs > 0 ? "behind" : "ahead"}`;
}

export const milliseconds = (ms) => {
    if (ms === null || !Number.isFinite(ms)) return UNKNOWN;
    return ms < 1000 ? `${Math.round(ms)}\u202fms` : `${short(ms / 1000)}\u202fs`;
};
