import { companions, MISSED_INTERVALS, REDIS_VERDICT_MS } from "./silence.js";

/** Without a word for so long, where the server gives one each second, the link is in doubt. */
export const DOUBT_MS = 2500;
// Longer between two looks the page itself was not running: asleep, in the background, or busy.
const ASLEEP_MS = 1000;
const BREAKS = 64;
const QUIET_MS = MISSED_INTERVALS * 1000;

/**
 * How it stands with the page's own hearing: one state for all places that speak of it. Beside the connection's own
 * (`connecting`, `live`, `stalled`, `reconnecting`, `refused`) it is `doubtful`, where the connection is open but the
 * server's heartbeat fails, or `quiet`, where that comes and no host is heard. Times are the page's monotonic ms,
 * `wall` epoch ms.
 */
export class Hearing {
    /** What is shown, and since when: of a state in which nothing is heard the time of the last word. */
    connection = { name: "connecting", attempt: 0 };
    since;
    pausedAt = null;
    waiting = 0;
    #link = this.connection;
    #isBeating = false;
    #word;
    // Up to when hosts could be heard, and when one was.
    #heardAt;
    #sample;
    #awakeSince;
    #lookedAt;
    #breaks = [];

    constructor(now, wall) {
        this.since = wall;
        this.#word = { at: now, wall };
        this.#sample = { at: now, wall };
        this.#heardAt = this.#awakeSince = this.#lookedAt = now;
    }

    /** Whether hosts are heard, so that their silence is theirs. */
    get isHearing() {
        return this.connection.name === "live" || this.connection.name === "quiet";
    }

    /** The connection has another state. Returns whether what is shown has changed. */
    connected(link, now, wall) {
        const wasLive = this.#link.name === "live";
        this.#link = link;
        if (link.name !== "live" && link.name !== "stalled") this.#isBeating = false;
        // Redis hung before the server noticed: since the last sample, or for as long as noticing may take.
        if (link.name === "stalled" && wasLive) {
            const begin = Math.max(this.#sample.at, now - REDIS_VERDICT_MS, this.#breaks.at(-1)?.[1] ?? -Infinity);
            this.#heardAt = Math.min(this.#heardAt, begin);
        }
        if (link.name === "live" && !wasLive) {
            this.#break(now);
            this.#sample = { at: now, wall };
        }
        return this.#show(this.#stateAt(now, []), wall);
    }

    /** Anything that came from the server. Tell it before its contents are taken. */
    word(now, wall, { isBeat = false, hasSamples = false } = {}) {
        this.#isBeating ||= isBeat;
        this.#word = { at: now, wall };
        if (hasSamples) this.#sample = this.#word;
        if (this.#link.name !== "live") return;
        if (this.#isBeating && now - this.#heardAt > DOUBT_MS) this.#break(now);
        this.#heardAt = now;
    }

    /** Looks at the time, a few times a second. Returns whether what is shown has changed. */
    look(now, wall, hosts = []) {
        if (now - this.#lookedAt > ASLEEP_MS) this.#awakeSince = now;
        this.#lookedAt = now;
        return this.#show(this.#stateAt(now, hosts), wall);
    }

    /** How much of the time between two moments hosts could not be heard: what the page did not hear, nobody was silent in. */
    deafMs(from, to) {
        const lost = ([begin, end]) => Math.max(0, Math.min(to, end) - Math.max(from, begin));
        const ended = this.#breaks.reduce((sum, one) => sum + lost(one), 0);
        return this.#link.name === "live" && !this.#isBeating ? ended : ended + lost([this.#heardAt, to]);
    }

    #break(now) {
        this.#breaks.push([this.#heardAt, now]);
        if (this.#breaks.length > BREAKS) this.#breaks.shift();
        this.#heardAt = now;
    }

    #stateAt(now, hosts) {
        const { name } = this.#link;
        if (name !== "live" && name !== "stalled") return this.#link;
        // Who has just woken up has what waits in the line still to come.
        if (this.#isBeating && now - Math.max(this.#word.at, this.#awakeSince) > DOUBT_MS) return { name: "doubtful" };
        if (name === "stalled" || now - this.#sample.at <= QUIET_MS) return this.#link;
        const { areDue } = companions(hosts, now);
        return areDue ? { name: this.#isBeating ? "quiet" : "doubtful" } : this.#link;
    }

    #show(next, wall) {
        const before = this.connection;
        if (next === before || JSON.stringify(next) === JSON.stringify(before)) return false;
        if (next.name !== before.name) {
            const isNew = next.name === "live" || next.name === "stalled" || before.name === "connecting";
            if (next.name === "quiet") this.since = this.#sample.wall;
            else if (isNew) this.since = wall;
            // What was not heard before goes on being unheard since then.
            else if (this.isHearing || before.name === "stalled") this.since = this.#word.wall;
        }
        this.connection = next;
        return true;
    }
}
