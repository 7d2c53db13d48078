import { History } from "./history.js";
import { number } from "./read.js";
import { pointReaders } from "./points.js";

export const POINTS_PER_PROBE = 600;
export const MISSED_INTERVALS = 3;
const DEFAULT_INTERVAL_MS = 1000;

/** What one probe of a host sent: its points, its newest sample, and when that came by the page's clock. */
export class Probe {
    history = new History(POINTS_PER_PROBE);
    latest = null;
    seenAt = -Infinity;
    intervalMs = DEFAULT_INTERVAL_MS;
    #pointOf;

    constructor(name) {
        this.#pointOf = pointReaders[name];
    }

    /** `seenAt`: the moment the sample counts as fresh, in ms of the page's monotonic clock. */
    add(sample, t, seenAt) {
        if (!this.history.put(sample.id, t, this.#pointOf(sample))) return false;
        if (this.history.newest.id === sample.id) {
            this.latest = sample;
            this.intervalMs = intervalOf(sample);
        }
        this.seenAt = Math.max(this.seenAt, seenAt);
        return true;
    }

    remove(id) {
        if (!this.history.remove(id)) return false;
        if (this.latest?.id === id) this.latest = null;
        return true;
    }

    ageMs(now) {
        return Math.max(0, now - this.seenAt);
    }

    isStale(now) {
        return this.ageMs(now) > MISSED_INTERVALS * this.intervalMs;
    }
}

/** One monitored host. */
export class Host {
    probes = new Map();

    constructor(name) {
        this.name = name;
    }

    probe(name) {
        return this.probes.get(name) ?? null;
    }

    add(probeName, sample, t, seenAt) {
        let probe = this.probes.get(probeName);
        if (!probe) {
            probe = new Probe(probeName);
            this.probes.set(probeName, probe);
        }
        return probe.add(sample, t, seenAt);
    }

    /** The probe heard last: its age and interval say whether the host is alive. */
    get freshest() {
        return [...this.probes.values()].reduce((a, b) => (a && a.seenAt >= b.seenAt ? a : b), null);
    }

    get seenAt() {
        return this.freshest?.seenAt ?? -Infinity;
    }

    ageMs(now) {
        return Math.max(0, now - this.seenAt);
    }

    isStale(now) {
        return this.freshest?.isStale(now) ?? true;
    }

    /** The present in the host's own clock, which runs on while no sample comes. */
    timeAt(now) {
        const newest = Math.max(...[...this.probes.values()].map((probe) => probe.history.newest?.t ?? -Infinity));
        return newest + this.ageMs(now);
    }
}

function intervalOf(sample) {
    const interval = number(sample.intervalMs);
    return interval !== null && interval >= 1 ? interval : DEFAULT_INTERVAL_MS;
}
