import { text } from "../read.js";

// As the contract shapes them: PREFIX:{HOST}:PROBE, from the first byte on. A key that only contains that is another.
const KEY = /^[A-Za-z0-9._-]+:\{([A-Za-z0-9._-]{1,253})\}:([a-z][a-z0-9_-]{0,31})$/;
const ORIGIN = /^([A-Za-z0-9._-]{1,253}):([a-z][a-z0-9_-]{0,31}):/;
const PROBE = /^[a-z][a-z0-9_-]{0,31}$/;

/** Host and probe of a key that names them, else null. */
export function originOf(key) {
    const [, host, probe] = KEY.exec(key) ?? [];
    return host === undefined ? null : { host, probe };
}

/**
 * Which host and probe a sample is of, and its name among theirs, which no other key's sample has; null where it has
 * none. `key` as the server tells it for samples that do not say it themselves, else null.
 */
export function identityOf(sample, key = null) {
    const id = text(sample.id);
    if (id === null) return null;
    const own = key === null ? null : originOf(key);
    const [, idHost, idProbe] = ORIGIN.exec(id) ?? [];
    const host = own?.host ?? text(sample.host) ?? idHost;
    const probe = own?.probe ?? text(sample.probe) ?? idProbe;
    if (host === undefined || probe === undefined || !PROBE.test(probe)) return null;
    return { host, probe, name: nameOf(id, key !== null && own === null ? key : null) };
}

/** What names a sample within its host and probe; `key` where that names no host. */
export const nameOf = (id, key = null) => (key === null && !id.startsWith('["') ? id : JSON.stringify([key ?? "", id]));
