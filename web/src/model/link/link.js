import { companions, MISSED_INTERVALS, REDIS_VERDICT_MS } from "./silence.js";

/** The server sends a heartbeat each second: when nothing was received for so long, the link is in doubt. */
export const DOUBT_MS = 2500;
// Longer between two checks means that the page itself did not run: asleep, in the background, or busy.
const ASLEEP_MS = 1000;
const GAPS_AT_MOST = 64;
const QUIET_MS = MISSED_INTERVALS * 1000;

/**
 * The state of the link from the hosts to this page: one state for all places that show it. Besides the connection's own
 * states (`connecting`, `live`, `stalled`, `reconnecting`, `refused`) it is `doubtful` when the connection is open but
 * the server's heartbeat does not come, and `quiet` when that comes and no host is heard. Times are the page's monotonic
 * ms, `wall` is epoch ms.
 */
export class Link {
    /** What is shown, and since when: of a state in which nothing is heard, since something was received last. */
    state = { name: "connecting", attempt: 0 };
    since;
    #connection = this.state;
    #isBeating = false;
    #lastReceived;
    // Up to when hosts could be heard, and when one was.
    #heardAt;
    #lastSample;
    #awakeSince;
    #checkedAt;
    #gaps = [];

    constructor(now, wall) {
        this.since = wall;
        this.#lastReceived = { at: now, wall };
        this.#lastSample = { at: now, wall };
        this.#heardAt = this.#awakeSince = this.#checkedAt = now;
    }

    /** Whether samples of hosts could reach the page, so that a host's silence is its own. */
    get hearsHosts() {
        return this.state.name === "live" || this.state.name === "quiet";
    }

    /** The connection has another state. Returns whether what is shown has changed. */
    changed(connection, now, wall) {
        const wasLive = this.#connection.name === "live";
        this.#connection = connection;
        if (connection.name !== "live" && connection.name !== "stalled") this.#isBeating = false;
        // Redis hung before the server noticed: since the last sample, or for as long as noticing may take.
        if (connection.name === "stalled" && wasLive) {
            const begin = Math.max(this.#lastSample.at, now - REDIS_VERDICT_MS, this.#gaps.at(-1)?.[1] ?? -Infinity);
            this.#heardAt = Math.min(this.#heardAt, begin);
        }
        if (connection.name === "live" && !wasLive) {
            this.#addGap(now);
            this.#lastSample = { at: now, wall };
        }
        return this.#show(this.#stateAt(now, []), wall);
    }

    /** Something came from the server. Tell it before its contents are taken. */
    received(now, wall, { isBeat = false, hasSamples = false } = {}) {
        this.#isBeating ||= isBeat;
        this.#lastReceived = { at: now, wall };
        if (hasSamples) this.#lastSample = this.#lastReceived;
        if (this.#connection.name !== "live") return;
        if (this.#isBeating && now - this.#heardAt > DOUBT_MS) this.#addGap(now);
        this.#heardAt = now;
    }

    /**
     * Checks the time, a few times a second. Returns whether what is shown has changed.
     * @param wasAwake whether the page ran since the last check: one that checks less often has to know it otherwise
     */
    check(now, wall, hosts = [], { wasAwake = now - this.#checkedAt <= ASLEEP_MS } = {}) {
        if (!wasAwake) this.#awakeSince = now;
        this.#checkedAt = now;
        return this.#show(this.#stateAt(now, hosts), wall);
    }

    /** For how many ms between two moments no host could be heard: these count in no host's silence. */
    unheardMs(from, to) {
        const lost = ([begin, end]) => Math.max(0, Math.min(to, end) - Math.max(from, begin));
        const ended = this.#gaps.reduce((sum, one) => sum + lost(one), 0);
        return this.#connection.name === "live" && !this.#isBeating ? ended : ended + lost([this.#heardAt, to]);
    }

    #addGap(now) {
        this.#gaps.push([this.#heardAt, now]);
        if (this.#gaps.length > GAPS_AT_MOST) this.#gaps.shift();
        this.#heardAt = now;
    }

    #stateAt(now, hosts) {
        const { name } = this.#connection;
        if (name !== "live" && name !== "stalled") return this.#connection;
        // A page that has just woken up has not yet read what waits for it.
        if (this.#isBeating && now - Math.max(this.#lastReceived.at, this.#awakeSince) > DOUBT_MS) return { name: "doubtful" };
        if (name === "stalled" || now - this.#lastSample.at <= QUIET_MS) return this.#connection;
        const { areDue } = companions(hosts, now);
        return areDue ? { name: this.#isBeating ? "quiet" : "doubtful" } : this.#connection;
    }

    #show(next, wall) {
        const before = this.state;
        if (next === before || JSON.stringify(next) === JSON.stringify(before)) return false;
        if (next.name !== before.name) {
            const isNew = next.name === "live" || next.name === "stalled" || before.name === "connecting";
            if (next.name === "quiet") this.since = this.#lastSample.wall;
            else if (isNew) this.since = wall;
            // The data was lost when the last word came, and not only when it was noticed.
            else if (this.hearsHosts || before.name === "stalled") this.since = this.#lastReceived.wall;
        }
        this.state = next;
        return true;
    }
}
