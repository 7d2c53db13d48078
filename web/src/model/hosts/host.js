import { PathDelay } from "../link/delays.js";
import { DEFAULT_INTERVAL_MS, Heard, SAME_CLOCK_MS } from "./heard.js";
import { History } from "./history.js";
import { list } from "../read.js";
import { pointReaders } from "./points/index.js";
import { Vitals } from "./vitals.js";

const POINTS_PER_PROBE = 600;

/** What one probe of a host sent: its points and its newest sample. */
export class Probe extends Heard {
    /** Samples taken since the page opened: what came while it was paused is the difference. */
    received = 0;
    #pointOf;

    /** @param unheardMs `(from, to)`: how much of that time the page could hear no host */
    constructor(name, unheardMs) {
        super(new History(POINTS_PER_PROBE), unheardMs);
        this.#pointOf = pointReaders[name];
    }

    /**
     * `seenAt`: the moment the sample counts as fresh, in ms of the page's monotonic clock.
     * `name`: what names the sample here (identityOf).
     * `onStepBack`: the host's clock was set back, so that later points were dropped. Returns whether it was new.
     */
    add(sample, t, seenAt, { name = sample.id, faults, onStepBack = () => {} } = {}) {
        if (!this.history.has(name) && this.isStepBack(sample, t, seenAt)) {
            faults?.count("clockSteps");
            this.stepBack(t, sample);
            onStepBack();
        }
        if (!this.history.put(name, t, this.#pointOf(sample, faults))) return false;
        this.heard(sample, name, seenAt);
        this.received += 1;
        return true;
    }

    /** Adds a point out of columns of the past, of the `step` ms up to `t`; `sample` holds its figures. */
    fill(sample, t, step) {
        return this.history.fill(t, step, this.#pointOf(sample));
    }

    takeWhole(name, t, sample) {
        super.takeWhole(name, t, sample);
        // With many CPUs the shares of each are details.
        if (list(sample.details).includes("cpus")) this.history.merge(name, this.#pointOf(sample));
    }
}

/** One monitored host: its probes, the figures of its card, and how long samples take from it to the server. */
export class Host {
    probes = new Map();
    vitals = new Vitals();
    path = new PathDelay();
    #unheardMs;

    constructor(name, unheardMs = () => 0) {
        this.name = name;
        this.#unheardMs = unheardMs;
    }

    probe(name) {
        return this.probes.get(name) ?? null;
    }

    add(probeName, sample, t, seenAt, options) {
        let probe = this.probes.get(probeName);
        if (!probe) {
            probe = new Probe(probeName, this.#unheardMs);
            this.probes.set(probeName, probe);
        }
        return probe.add(sample, t, seenAt, options);
    }

    /** The probe heard last: its age and interval say whether the host is alive. */
    get freshest() {
        return [...this.probes.values()].reduce((a, b) => (a && a.seenAt >= b.seenAt ? a : b), null);
    }

    get seenAt() {
        return this.freshest?.seenAt ?? -Infinity;
    }

    ageMs(now) {
        return this.freshest?.ageMs(now) ?? Infinity;
    }

    silentMs(now) {
        return this.freshest?.silentMs(now) ?? Infinity;
    }

    get intervalMs() {
        return this.freshest?.intervalMs ?? DEFAULT_INTERVAL_MS;
    }

    isStale(now) {
        return this.freshest?.isStale(now) ?? true;
    }

    /** Figures of the card lie no later than `t`; by how much the clock differed is no longer known. */
    forgetAfter(probeName, t) {
        this.vitals.stepBack(probeName, t);
        this.path = new PathDelay();
    }

    /** The clock was set back to `t`: of other probes, too, nothing lies after it that is there yet. */
    stepBack(probeName, t) {
        this.forgetAfter(probeName, t);
        for (const [name, probe] of this.probes) {
            if (name === probeName || !(probe.history.newestT > t + SAME_CLOCK_MS)) continue;
            probe.stepBack(t + SAME_CLOCK_MS);
            this.vitals.stepBack(name, probe.history.newestT ?? -Infinity);
        }
    }

    /** The present in the host's own clock, which runs on while no sample comes. */
    timeAt(now) {
        const newest = Math.max(...[...this.probes.values()].map((probe) => probe.history.newestT ?? -Infinity));
        return newest + this.ageMs(now);
    }
}
