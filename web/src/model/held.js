import { number, object } from "./read.js";

/** A card shows so much at most, whatever the server holds. */
const LONGEST_MS = 600_000;

/** How far back the server's data goes, as far as it has said so. */
export class Held {
    /** The server's time when it spoke last, epoch ms; null before. */
    now = null;
    #ageMs = null;
    #from = null;

    /** What stands in a `meta`. */
    told(meta) {
        const { now, window } = object(meta);
        this.now = number(now) ?? this.now;
        this.#ageMs = number(object(window).ageMs) ?? this.#ageMs;
        // It stands there only while the window is shorter.
        if (number(object(window).ageMs) !== null) this.#from = number(window.from);
    }

    /** How much of the past the cards show, ms. */
    get spanMs() {
        return Math.min(this.#ageMs ?? LONGEST_MS, LONGEST_MS);
    }

    /** From when on there may be data of a host, epoch ms; null while nothing is known. */
    get from() {
        return this.now === null || this.#ageMs === null ? null : this.now - this.#ageMs;
    }

    /** How much the server holds where it says that this is less than it was told to, ms; else null. */
    get shortMs() {
        return this.#from === null || this.now === null ? null : Math.max(0, this.now - this.#from);
    }
}
