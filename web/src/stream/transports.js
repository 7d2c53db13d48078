const QUICK_MS = 60_000;
const QUICK_CUTS = 2;
const SHUN_MS = 600_000;
const SHUN_MS_AT_MOST = 7_200_000;
const RENEWAL_MS = 60_000;
const RENEWAL_MS_AT_MOST = 3_600_000;

/**
 * By which ways to connect next, first choice first: WebSocket alone, as long as nothing speaks against it. After one
 * that did not open, or carried nothing, polling comes first: it opens at once where a server is, and a WebSocket takes
 * over as soon as it has carried a word there and back. Where it is cut again and again, polling alone for a while.
 * No page stays on polling for good: now and then a new connection is due, which tries WebSocket again.
 */
export class TransportChoice {
    #isCareful = false;
    #openedAt = null;
    #quickCuts = 0;
    #shunnedUntil = -Infinity;
    #shunMs = SHUN_MS;
    #pollingSince = null;
    #renewalMs = RENEWAL_MS;

    next(now) {
        this.#pollingSince = null;
        if (now < this.#shunnedUntil) return ["polling"];
        return this.#isCareful ? ["polling", "websocket"] : ["websocket"];
    }

    /** A WebSocket has opened, or took over from polling. */
    opened(now) {
        if (this.#pollingSince !== null) this.#isCareful = false;
        this.#pollingSince = null;
        this.#renewalMs = RENEWAL_MS;
        this.#openedAt = now;
    }

    /** A connection has opened by polling. */
    openedByPolling(now) {
        this.#pollingSince = now;
    }

    /** No connection has opened. Returns whether the other way is to be tried at once. */
    failed() {
        const wasByWebSocket = !this.#isCareful;
        this.#isCareful = true;
        return wasByWebSocket;
    }

    /** A connection has opened and then carried nothing. */
    silent() {
        this.#openedAt = null;
        this.#isCareful = true;
    }

    /** A WebSocket ended; `isClean` where the server said so. */
    ended(now, isClean) {
        if (this.#openedAt === null) return;
        const isQuick = now - this.#openedAt < QUICK_MS;
        this.#openedAt = null;
        if (!isQuick) this.#shunMs = SHUN_MS;
        this.#quickCuts = isQuick && !isClean ? this.#quickCuts + 1 : 0;
        if (this.#quickCuts < QUICK_CUTS) return;
        this.#quickCuts = 0;
        this.#isCareful = true;
        this.#shunnedUntil = now + this.#shunMs;
        this.#shunMs = Math.min(2 * this.#shunMs, SHUN_MS_AT_MOST);
    }

    /** Whether a connection by polling has lasted long enough to be replaced by one that tries WebSocket again. */
    isRenewalDue(now) {
        return this.#pollingSince !== null && now >= Math.max(this.#pollingSince + this.#renewalMs, this.#shunnedUntil);
    }

    /** It is replaced. The next time comes later, in case WebSocket stays blocked. */
    renewed() {
        this.#isCareful = true;
        this.#pollingSince = null;
        this.#renewalMs = Math.min(2 * this.#renewalMs, RENEWAL_MS_AT_MOST);
    }
}
