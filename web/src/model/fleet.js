import { Host } from "./host.js";
import { pointReaders } from "./points.js";
import { list, number, object, text } from "./read.js";

export const HOST_LIMIT = 2000;
const BY_NAME = new Intl.Collator(undefined, { numeric: true });

/** All hosts the page knows, as the server's `updates`, `dUpdates` and `gone` tell. `now`: the page's monotonic ms. */
export class Fleet {
    #hosts = new Map();
    #sorted = null;

    host(name) {
        return this.#hosts.get(name) ?? null;
    }

    /** By name, numbers by value. */
    get hosts() {
        this.#sorted ??= [...this.#hosts.values()].sort((a, b) => BY_NAME.compare(a.name, b.name));
        return this.#sorted;
    }

    /** Replaces everything. A snapshot's sample is as old as the server's clock says, never younger than now. */
    replace(snapshot, meta, now) {
        this.#hosts.clear();
        this.#sorted = null;
        const serverNow = number(object(meta).now);
        const samples = Object.values(object(snapshot))
            .map((entry) => object(entry))
            .map(({ t, data }) => ({ sample: object(data), t: number(t) ?? number(object(data).t) }))
            .filter(({ t }) => t !== null)
            .sort((a, b) => a.t - b.t);
        for (const { sample, t } of samples) {
            this.#add(sample, t, serverNow === null ? now : now - Math.max(0, serverNow - t));
        }
    }

    /** Adds samples as they happen: they are fresh now, whatever their own clock says. Returns the hosts' names. */
    append(samples, now) {
        const names = new Set();
        for (const sample of list(samples).map(object)) {
            const t = number(sample.t);
            if (t !== null) names.add(this.#add(sample, t, now));
        }
        names.delete(null);
        return names;
    }

    /** Drops deleted keys and single samples; a host with no sample left goes. */
    drop(gone) {
        this.#sorted = null;
        for (const key of list(object(gone).keys)) this.#dropKey(String(key));
        for (const entry of list(object(gone).ids)) {
            const id = text(entry) ?? text(object(entry).id);
            for (const host of this.#hosts.values()) this.#dropSample(host, id);
        }
    }

    // The name of the host that has a new point, or null.
    #add(sample, t, seenAt) {
        const identity = identityOf(sample);
        // Samples of probes this page does not know are for others.
        if (identity === null || !Object.hasOwn(pointReaders, identity.probe)) return null;
        let host = this.#hosts.get(identity.host);
        if (!host) {
            this.#makeRoom();
            host = new Host(identity.host);
            this.#hosts.set(identity.host, host);
            this.#sorted = null;
        }
        return host.add(identity.probe, sample, t, seenAt) ? host.name : null;
    }

    #makeRoom() {
        if (this.#hosts.size < HOST_LIMIT) return;
        const oldest = [...this.#hosts.values()].reduce((a, b) => (a.seenAt <= b.seenAt ? a : b));
        this.#hosts.delete(oldest.name);
    }

    #dropKey(key) {
        const shape = /\{(.*)\}:([^:]*)$/s.exec(key);
        const host = shape && this.#hosts.get(shape[1]);
        if (!host) return;
        host.probes.delete(shape[2]);
        if (host.probes.size === 0) this.#hosts.delete(host.name);
    }

    #dropSample(host, id) {
        for (const [name, probe] of host.probes) {
            if (probe.remove(id) && probe.history.newest === null) host.probes.delete(name);
        }
        if (host.probes.size === 0) this.#hosts.delete(host.name);
    }
}

// Host and probe stand in the sample; where they are missing, its id (`HOST:PROBE:START:SEQ`) tells.
function identityOf(sample) {
    const id = text(sample.id);
    if (id === null) return null;
    const parts = id.split(":");
    return { host: text(sample.host) ?? parts[0], probe: text(sample.probe) ?? parts[1] ?? "" };
}
