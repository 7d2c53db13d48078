import { nameOf, originOf } from "./identity.js";
import { list, number, object, text } from "../read.js";

// Samples come as figures. The tables that a sample itself names as its details come for one host only, by an event of
// their own, and are put back to the figures that they belong to (Contract.md: figures and details).

const EARLY_AT_MOST = 1024;

/** Whether a sample comes without the details that it names. */
export function isStripped(sample) {
    const names = list(sample.details);
    return names.length > 0 && names.every((name) => text(name) === null || !Object.hasOwn(sample, name));
}

/** Of which host details are asked for, and those that came before their figures, as after a new connection. */
export class Details {
    host = null;
    #early = new Map();

    turnTo(host) {
        this.host = host;
        this.#early.clear();
    }

    /**
     * What an event `details` tells, as `{probe, name, t, members}`; of other hosts than the one asked for nothing. `probe` is
     * null where the key does not say it.
     */
    read(entries) {
        return list(entries).map(object).flatMap(({ id, key, t, ...members }) => {
            if (this.host === null || text(id) === null || text(key) === null || number(t) === null) return [];
            const origin = originOf(key);
            if (origin === null) return [{ probe: null, name: nameOf(id, key), t, members }];
            return origin.host === this.host ? [{ probe: origin.probe, name: nameOf(id), t, members }] : [];
        });
    }

    early(probe, name, members) {
        if (this.#early.size < EARLY_AT_MOST) this.#early.set(keyOf(probe, name), members);
    }

    /** The details that came before their figures, which are here now; null where none did. */
    takeEarly(probe, name) {
        const key = keyOf(probe, name);
        const members = this.#early.get(key) ?? null;
        this.#early.delete(key);
        return members;
    }
}

const keyOf = (probe, name) => `${probe}\n${name}`;
