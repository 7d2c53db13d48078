import { Details, isStripped } from "./details.js";
import { GenericProbe, PROBES_AT_MOST } from "./generic.js";
import { SAME_CLOCK_MS } from "./heard.js";
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
    #details = new Details();
    #onSample;
    #unheardMs;
    /** What samples held that could not be taken. */
    faults = new Faults();
    /** Whole samples for the tables, also of the past. */
    store;
    /** Whether samples come without their details, as newer servers send them. */
    takesFigures = true;

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

    /** Keeps whole samples of single moments, for their tables: the charts have these moments already. */
    keepMoments(samples, notes = {}) {
        for (const { sample, key, t } of noted(samples, notes)) {
            const identity = t === null ? null : identityOf(sample, key);
            const probe = identity && this.#hosts.get(identity.host)?.probe(identity.probe);
            if (!probe) continue;
            probe.history.settle?.(identity.name, t);
            if (!this.store.has(identity.host, identity.probe, identity.name)) {
                this.store.keep(identity.host, identity.probe, identity.name, t, sample);
            }
        }
    }

    /** Of which host the details come from now on, null for none. */
    look(name) {
        if (name !== this.#details.host) this.#details.turnTo(name);
    }

    /** Puts details to the figures that they belong to. */
    takeDetails(list) {
        const host = this.#details.host;
        for (const { probe: told, name, t, members } of this.#details.read(list)) {
            const probes = this.#hosts.get(host)?.probes ?? new Map();
            // A key that does not name its probe leaves it to the figures.
            const names = told === null ? [...probes.keys()] : [told];
            const found = names.map((probeName) => [probeName, probes.get(probeName)?.joined(name, members)]).find(([, sample]) => sample);
            if (found) this.#keepWhole(host, found[0], probes.get(found[0]), { name, t, sample: found[1] });
            else if (told !== null) this.#details.early(told, name, members);
        }
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
            for (const other of host.probes.keys()) this.store.dropAfter(host.name, other, t + SAME_CLOCK_MS);
            host.stepBack(identity.probe, t);
        };
        const { name } = identity;
        const isNew = host.add(identity.probe, sample, t, seenAt, { name, faults: this.faults, onStepBack });
        const probe = host.probe(identity.probe);
        const isNewest = isNew && probe.latest === sample;
        this.#putAway(host.name, identity.probe, probe, { name, t, sample }, isNew);
        if (!isNew) return null;
        host.vitals.take(identity.probe, sample, t);
        return { host: host.name, probe: identity.probe, isNewest };
    }

    #putAway(host, probeName, probe, { name, t, sample }, isNew) {
        if (this.takesFigures && isStripped(sample)) {
            if (!isNew || host !== this.#details.host) return;
            const members = this.#details.takeEarly(probeName, name);
            probe.expect(name, sample);
            if (members) this.#keepWhole(host, probeName, probe, { name, t, sample: probe.joined(name, members) });
        } else {
            this.#keepWhole(host, probeName, probe, { name, t, sample }, isNew);
        }
    }

    #keepWhole(host, probeName, probe, { name, t, sample }, isNew = false) {
        if (isNew || probe.history.timeOf(name) === t) probe.takeWhole(name, t, sample);
        if (isNew || !this.store.has(host, probeName, name)) this.store.keep(host, probeName, name, t, sample);
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
            // A collector takes out what a clock that was set back has left in the future.
            if (probe.history.newestT < host.vitals.newest(name)) host.forgetAfter(name, probe.history.newestT);
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
