import { DEFAULT_RULES } from "./alarmRules.js";

const KEPT = 300;

/**
 * Thresholds with hysteresis and a least duration over readings of hosts. Pure: every time is an argument, in ms.
 * An entry: `{id, host, metric, since, at, until, value, peak, culprit}`; `until` is null while the alarm lasts,
 * `culprit` who stood out at the peak.
 */
export class Alarms {
    #rules = new Map();
    // `host\nmetric` → {since, entry}
    #states = new Map();
    #count = 0;
    /** Newest first. */
    entries = [];

    constructor(rules = DEFAULT_RULES) {
        this.setRules(rules, 0);
    }

    get rules() {
        return [...this.#rules.values()];
    }

    get lasting() {
        return this.entries.filter(({ until }) => until === null);
    }

    countOf(host) {
        return this.entries.reduce((count, entry) => count + Number(entry.host === host && entry.until === null), 0);
    }

    /** Other thresholds: what no longer holds under them ends. */
    setRules(rules, now) {
        this.#rules = new Map(rules.map((rule) => [rule.metric, rule]));
        for (const [key, state] of this.#states) {
            const rule = this.#rules.get(key.slice(key.lastIndexOf("\n") + 1));
            if (!rule?.on || !(state.last >= rule.below)) this.#end(key, state, now);
        }
    }

    /**
     * Takes a reading. Unknown ones change nothing: an alarm neither begins nor ends on what was not measured.
     * @param culprit asked for a name only when needed
     * @param since when it began, if that is known to be earlier than now
     * @returns the entry that began or ended now, or null
     */
    observe(host, metric, value, now, culprit = () => null, since = now) {
        const rule = this.#rules.get(metric);
        if (!rule?.on || typeof value !== "number" || !Number.isFinite(value)) return null;
        const key = `${host}\n${metric}`;
        const state = this.#states.get(key);
        if (!state) {
            if (!(value > rule.above)) return null;
            const begun = { since, last: value, entry: null };
            this.#states.set(key, begun);
            return this.#fire(host, rule, begun, now, culprit);
        }
        state.last = value;
        if (state.entry) {
            if (value < rule.below) return this.#end(key, state, now);
            state.entry.value = value;
            if (value > state.entry.peak) {
                state.entry.peak = value;
                state.entry.culprit = culprit() ?? state.entry.culprit;
            }
            return null;
        }
        // Not yet an alarm: one reading at or below the threshold starts the count again.
        if (!(value > rule.above)) {
            this.#states.delete(key);
            return null;
        }
        return this.#fire(host, rule, state, now, culprit);
    }

    /** The host is no longer watched. */
    forget(host, now) {
        for (const [key, state] of this.#states) if (key.startsWith(`${host}\n`)) this.#end(key, state, now);
    }

    clearEnded() {
        this.entries = this.entries.filter(({ until }) => until === null);
    }

    #fire(host, rule, state, now, culprit) {
        if (now - state.since < rule.forS * 1000) return null;
        this.#count += 1;
        state.entry = {
            id: this.#count, host, metric: rule.metric, since: state.since, at: now, until: null,
            value: state.last, peak: state.last, culprit: culprit(),
        };
        this.entries.unshift(state.entry);
        if (this.entries.length > KEPT) {
            const oldest = this.entries.findLastIndex(({ until }) => until !== null);
            this.entries.splice(oldest < 0 ? this.entries.length - 1 : oldest, 1);
        }
        return state.entry;
    }

    #end(key, state, now) {
        this.#states.delete(key);
        if (state.entry) state.entry.until = now;
        return state.entry;
    }
}
