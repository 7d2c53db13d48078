import { Stretch } from "./delays.js";
import { Faults } from "./faults.js";
import { GenericProbe, PROBES_AT_MOST } from "./generic.js";
import { Host } from "./host.js";
import { pointReaders } from "./points.js";
import { list, number, object, text } from "./read.js";
import { SampleStore } from "./sampleStore.js";
import { Vitals } from "./vitals.js";

export const HOST_LIMIT = 2000;
const BY_NAME = new Intl.Collator(undefined, { numeric: true });

/** All hosts the page knows, as the server's `updates`, `dUpdates` and `gone` tell. `now`: the page's monotonic ms. */
export class Fleet {
    #hosts = new Map();
    #asides = new Map();
    #sorted = null;
    #onSample;
    /** What samples held that could not be taken. */
    faults = new Faults();
    /** Whole samples for the tables, also of the past. */
    store;

    /** @param onSample told of each sample that is some probe's newest: `(hostName, probe, sample, isLive)` */
    constructor({ onSample = () => {}, store = new SampleStore() } = {}) {
        this.#onSample = onSample;
        this.store = store;
    }

    host(name) {
        return this.#hosts.get(name) ?? null;
    }

    /** What is kept of a host beside its probes: `vitals` for its card, `path` for how samples come from it. */
    aside(name) {
        return this.#asides.get(name) ?? null;
    }

    /** By name, numbers by value. */
    get hosts() {
        this.#sorted ??= [...this.#hosts.values()].sort((a, b) => BY_NAME.compare(a.name, b.name));
        return this.#sorted;
    }

    /**
     * Takes a snapshot, which stands for all that the server holds. What it lacks goes, but for hosts whose samples only
     * grew too old for the server's window: these stay, with their history. A snapshot's sample is as old as the
     * server's clock says, never younger than now.
     */
    replace(snapshot, meta, now) {
        const { now: told, window } = object(meta);
        const serverNow = number(told);
        const samples = Object.values(object(snapshot))
            .map((entry) => object(entry))
            .map(({ t, data }) => ({ sample: object(data), t: timeOf(t) ?? timeOf(object(data).t) }))
            .filter(({ t }) => t !== null || this.faults.count("samples"))
            .sort((a, b) => a.t - b.t);
        const ageMs = number(object(window).ageMs);
        const floor = serverNow === null || ageMs === null ? -Infinity : serverNow - ageMs;
        this.#keep(new Set(samples.map(({ sample }) => identityOf(sample)?.host)), floor);
        for (const { sample, t } of samples) {
            const added = this.#add(sample, t, serverNow === null ? now : now - Math.max(0, serverNow - t));
            if (added?.isNewest) this.#onSample(added.host, added.probe, sample, false);
        }
    }

    // Hosts that are not `named` stay only where their newest sample is older than `floor`, the window's end.
    #keep(named, floor) {
        this.#sorted = null;
        for (const host of [...this.#hosts.values()]) {
            const newest = Math.max(...[...host.probes.values()].map((probe) => probe.history.newest?.t ?? -Infinity));
            if (!named.has(host.name) && !(newest < floor)) this.#forget(host.name);
        }
    }

    /**
     * Adds samples as they happen: they are fresh now, whatever their own clock says. Returns the hosts' names.
     * @param serverNow the server's time, ms, when it sent them; without it they tell nothing of their way
     */
    append(samples, now, serverNow = null) {
        const names = new Set();
        if (!Array.isArray(samples)) this.faults.count("samples");
        for (const sample of list(samples).map(object)) {
            const t = timeOf(sample.t);
            if (t === null) this.faults.count("samples");
            const added = t === null ? null : this.#add(sample, t, now);
            if (!added) continue;
            names.add(added.host);
            if (!added.isNewest) continue;
            if (serverNow !== null && !list(sample.flags).includes("backfill")) {
                this.#asides.get(added.host).path.put(serverNow - t, now);
            }
            this.#onSample(added.host, added.probe, sample, true);
        }
        return names;
    }

    /** Adds samples of the past, as a request for them brings: they make no host fresher. */
    fill(samples, now, serverNow) {
        const byTime = list(samples).map(object).filter(({ t }) => timeOf(t) !== null).sort((a, b) => a.t - b.t);
        for (const sample of byTime) this.#add(sample, sample.t, now - Math.max(0, (number(serverNow) ?? sample.t) - sample.t));
    }

    /** Drops deleted keys and single samples; a host with no sample left goes. */
    drop(gone) {
        for (const key of list(object(gone).keys)) this.#dropKey(String(key));
        for (const entry of list(object(gone).ids)) {
            const id = text(entry) ?? text(object(entry).id);
            for (const host of this.#hosts.values()) this.#dropSample(host, id);
        }
    }

    // Where the sample went, or null where it says nothing new.
    #add(sample, t, seenAt) {
        const identity = identityOf(sample);
        if (identity === null || !PROBE.test(identity.probe)) {
            this.faults.count("samples");
            return null;
        }
        let host = this.#hosts.get(identity.host);
        if (!host) {
            this.#makeRoom();
            host = new Host(identity.host);
            this.#hosts.set(identity.host, host);
            this.#asides.set(identity.host, { vitals: new Vitals(), path: new Stretch() });
            this.#sorted = null;
        }
        // A probe that this page does not know is kept as it comes.
        if (!Object.hasOwn(pointReaders, identity.probe) && !host.probes.has(identity.probe)) {
            if (host.probes.size >= PROBES_AT_MOST) return null;
            host.probes.set(identity.probe, new GenericProbe());
        }
        const onStepBack = () => this.store.dropAfter(host.name, identity.probe, t);
        if (!host.add(identity.probe, sample, t, seenAt, { faults: this.faults, onStepBack })) return null;
        this.store.keep(host.name, identity.probe, sample.id, t, sample);
        this.#asides.get(host.name).vitals.take(identity.probe, sample, t);
        return { host: host.name, probe: identity.probe, isNewest: host.probe(identity.probe).latest?.id === sample.id };
    }

    #makeRoom() {
        if (this.#hosts.size < HOST_LIMIT) return;
        const oldest = [...this.#hosts.values()].reduce((a, b) => (a.seenAt <= b.seenAt ? a : b));
        this.#forget(oldest.name);
    }

    #forget(name) {
        for (const probe of this.#hosts.get(name).probes.keys()) this.store.drop(name, probe);
        this.#hosts.delete(name);
        this.#asides.delete(name);
        this.#sorted = null;
    }

    #dropKey(key) {
        const shape = /\{(.*)\}:([^:]*)$/s.exec(key);
        const host = shape && this.#hosts.get(shape[1]);
        if (!host) return;
        host.probes.delete(shape[2]);
        this.store.drop(host.name, shape[2]);
        if (host.probes.size === 0) this.#forget(host.name);
    }

    #dropSample(host, id) {
        for (const [name, probe] of host.probes) {
            if (!probe.remove(id)) continue;
            this.store.remove(host.name, name, id);
            if (probe.history.length === 0) host.probes.delete(name);
        }
        if (host.probes.size === 0) this.#forget(host.name);
    }
}

// Beyond what a date can be, nothing could be drawn.
const timeOf = (value) => (number(value) !== null && value >= 0 && value <= 8.64e15 ? value : null);

// As the contract shapes them; what else a sample calls its probe is refused.
const PROBE = /^[a-z][a-z0-9_-]{0,31}$/;

// Host and probe stand in the sample; where they are missing, its id (`HOST:PROBE:START:SEQ`) tells.
function identityOf(sample) {
    const id = text(sample.id);
    if (id === null) return null;
    const parts = id.split(":");
    return { host: text(sample.host) ?? parts[0], probe: text(sample.probe) ?? parts[1] ?? "" };
}
