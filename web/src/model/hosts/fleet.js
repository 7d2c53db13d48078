import { GenericProbe, PROBES_AT_MOST } from "./generic.js";
import { Host } from "./host.js";
import { identityOf, nameOf, originOf } from "./identity.js";
import { pointReaders } from "./points/index.js";
import { Faults, list, number, object, text } from "../read.js";
import { SampleStore } from "./sampleStore.js";

// Longer than 150 lines: snapshot, samples and removals change the same hosts by the same rules.

export const HOST_LIMIT = 2000;
const BY_NAME = new Intl.Collator(undefined, { numeric: true });

/** All hosts the page knows, as the server's `updates`, `dUpdates` and `gone` tell. `now`: the page's monotonic ms. */
export class Fleet {
    #hosts = new Map();
    #sorted = null;
    #onSample;
    #unheardMs;
    /** What samples held that could not be taken. */
    faults = new Faults();
    /** Whole samples for the tables, also of the past. */
    store;

    /**
     * @param onSample called with each sample that is the newest of its probe: `(hostName, probe, sample, isLive)`
     * @param unheardMs `(from, to)`: how much of that time the page could hear no host
     */
    constructor({ onSample = () => {}, store = new SampleStore(), unheardMs = () => 0 } = {}) {
        this.#unheardMs = unheardMs;
        this.#onSample = onSample;
        this.store = store;
    }

    host(name) {
        return this.#hosts.get(name) ?? null;
    }

    /** By name, numbers by value. */
    get hosts() {
        this.#sorted ??= [...this.#hosts.values()].sort((a, b) => BY_NAME.compare(a.name, b.name));
        return this.#sorted;
    }

    /**
     * Takes a snapshot of all that the server holds. What it lacks is dropped, except for hosts whose samples only
     * grew too old for the server's window: these stay, with their history. A snapshot's sample is as old as the
     * server's clock says, never younger than now.
     */
    replace(snapshot, meta, now) {
        const { now: told, window } = object(meta);
        const serverNow = number(told);
        const samples = Object.values(object(snapshot))
            .map((entry) => object(entry))
            .map(({ t, key, data }) => ({ sample: object(data), key: text(key), t: timeOf(t) ?? timeOf(object(data).t) }))
            .filter(({ t }) => t !== null || this.faults.count("samples"))
            .sort((a, b) => a.t - b.t);
        const ageMs = number(object(window).ageMs);
        const floor = serverNow === null || ageMs === null ? -Infinity : serverNow - ageMs;
        this.#keep(new Set(samples.map(({ sample, key }) => identityOf(sample, key)?.host)), floor);
        for (const { sample, key, t } of samples) {
            const added = this.#add(sample, t, serverNow === null ? now : now - Math.max(0, serverNow - t), key);
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
     * @param notes `keys` and `times` by place in the list, of samples that do not tell them (CONTRACT: `meta`)
     */
    append(samples, now, serverNow = null, notes = {}) {
        const names = new Set();
        if (!Array.isArray(samples)) this.faults.count("samples");
        for (const { sample, key, t } of noted(samples, notes)) {
            if (t === null) this.faults.count("samples");
            const added = t === null ? null : this.#add(sample, t, now, key);
            if (!added) continue;
            names.add(added.host);
            if (!added.isNewest) continue;
            if (serverNow !== null && !list(sample.flags).includes("backfill")) {
                this.#hosts.get(added.host).path.put(serverNow - t, now);
            }
            this.#onSample(added.host, added.probe, sample, true);
        }
        return names;
    }

    /** Adds samples of the past, as a request for them brings: they make no host fresher. */
    fill(samples, now, serverNow, notes = {}) {
        const byTime = noted(samples, notes).filter(({ t }) => t !== null).sort((a, b) => a.t - b.t);
        for (const { sample, key, t } of byTime) this.#add(sample, t, now - Math.max(0, (number(serverNow) ?? t) - t), key);
    }

    /** Drops deleted keys and single samples; a host with no sample left goes. */
    drop(gone) {
        const { keys, ids, samples } = object(gone);
        for (const key of list(keys)) this.#dropKey(String(key));
        if (Array.isArray(samples)) for (const entry of samples) this.#dropNamed(text(object(entry).key), text(object(entry).id));
        // A server that does not say whose they are.
        else for (const id of list(ids)) for (const host of this.#hosts.values()) this.#dropSample(host, text(id) ?? text(object(id).id));
    }

    // Where the sample went, or null where it says nothing new.
    #add(sample, t, seenAt, key) {
        const identity = identityOf(sample, key);
        if (identity === null) {
            this.faults.count("samples");
            return null;
        }
        let host = this.#hosts.get(identity.host);
        if (!host) {
            this.#makeRoom();
            host = new Host(identity.host, this.#unheardMs);
            this.#hosts.set(identity.host, host);
            this.#sorted = null;
        }
        // A probe that this page does not know is kept as it comes.
        if (!Object.hasOwn(pointReaders, identity.probe) && !host.probes.has(identity.probe)) {
            if (host.probes.size >= PROBES_AT_MOST) return null;
            host.probes.set(identity.probe, new GenericProbe(this.#unheardMs));
        }
        const onStepBack = () => {
            this.store.dropAfter(host.name, identity.probe, t);
            host.vitals.stepBack(identity.probe, t);
        };
        const { name } = identity;
        if (!host.add(identity.probe, sample, t, seenAt, { name, faults: this.faults, onStepBack })) return null;
        this.store.keep(host.name, identity.probe, name, t, sample);
        host.vitals.take(identity.probe, sample, t);
        return { host: host.name, probe: identity.probe, isNewest: host.probe(identity.probe).latest === sample };
    }

    #makeRoom() {
        if (this.#hosts.size < HOST_LIMIT) return;
        const oldest = [...this.#hosts.values()].reduce((a, b) => (a.seenAt <= b.seenAt ? a : b));
        this.#forget(oldest.name);
    }

    #forget(name) {
        for (const probe of this.#hosts.get(name).probes.keys()) this.store.drop(name, probe);
        this.#hosts.delete(name);
        this.#sorted = null;
    }

    #dropKey(key) {
        const origin = originOf(key);
        const host = origin && this.#hosts.get(origin.host);
        if (!host) return;
        host.probes.delete(origin.probe);
        this.store.drop(host.name, origin.probe);
        if (host.probes.size === 0) this.#forget(host.name);
    }

    #dropNamed(key, id) {
        if (key === null || id === null) return;
        const origin = originOf(key);
        const hosts = origin ? [this.#hosts.get(origin.host)] : [...this.#hosts.values()];
        for (const host of hosts) if (host) this.#dropSample(host, nameOf(id, origin ? null : key), origin?.probe);
    }

    #dropSample(host, sampleName, only = null) {
        for (const [name, probe] of host.probes) {
            if (only !== null && name !== only) continue;
            if (!probe.remove(sampleName)) continue;
            this.store.remove(host.name, name, sampleName);
            if (probe.history.length === 0) host.probes.delete(name);
        }
        if (host.probes.size === 0) this.#forget(host.name);
    }
}

// Beyond what a date can be, nothing could be drawn.
const timeOf = (value) => (number(value) !== null && value >= 0 && value <= 8.64e15 ? value : null);

// Samples of a list, each with the key that the server tells and the time by its score.
function noted(samples, notes) {
    const [keys, times] = [object(object(notes).keys), object(object(notes).times)];
    return list(samples).map(object).map((sample, index) => ({
        sample, key: text(keys[index]), t: timeOf(times[index]) ?? timeOf(sample.t),
    }));
}
