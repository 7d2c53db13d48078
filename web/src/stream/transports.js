const QUICK_MS = 60_000;
const QUICK_CUTS = 2;
const HOLD_MS = 600_000;

/**
 * By which ways to connect next, first choice first. WebSocket, where it opens; where it is refused the client goes on
 * by polling by itself. What the client cannot see by itself is reported here: a WebSocket that opens and carries nothing, or that is cut
 * again and again.
 */
export class TransportChoice {
    #openedAt = null;
    #quickCuts = 0;
    #doubtedUntil = -Infinity;
    #shunnedUntil = -Infinity;

    next(now) {
        if (now < this.#shunnedUntil) return ["polling"];
        // Polling first: a WebSocket then takes over only after it has carried a word there and back.
        return now < this.#doubtedUntil ? ["polling", "websocket"] : ["websocket", "polling"];
    }

    /** A WebSocket has opened, or took over. */
    opened(now) {
        this.#openedAt = now;
    }

    /** The opening took too long, or nothing came after it. */
    silent(now) {
        this.#openedAt = null;
        this.#doubtedUntil = now + HOLD_MS;
    }

    /** A WebSocket ended; `isClean` where the server said so. */
    ended(now, isClean) {
        const isQuick = this.#openedAt !== null && now - this.#openedAt < QUICK_MS && !isClean;
        this.#openedAt = null;
        this.#quickCuts = isQuick ? this.#quickCuts + 1 : 0;
        if (this.#quickCuts < QUICK_CUTS) return;
        this.#quickCuts = 0;
        this.#shunnedUntil = now + HOLD_MS;
    }
}
