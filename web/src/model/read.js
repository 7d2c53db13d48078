// Samples come from other programs: every field may be missing or of another type, and then reads as null. What cannot be
// used is counted, so that the page can say so.

export const number = (value) => (typeof value === "number" && Number.isFinite(value) ? value : null);

export const text = (value) => (typeof value === "string" ? value : null);

export const isObject = (value) => value !== null && typeof value === "object" && !Array.isArray(value);

export const object = (value) => (isObject(value) ? value : {});

export const list = (value) => (Array.isArray(value) ? value : []);

const MOST = 1e15;

/** A measured quantity, 0 to `most`; anything else that is there is counted as a fault and reads as null. */
export function reading(value, faults, most = MOST) {
    if (value === null || value === undefined) return null;
    if (typeof value === "number" && value >= 0 && value <= most) return value;
    faults?.count("values");
    return null;
}

/** Sums values; null when none of them is known. */
export function sum(...values) {
    const known = values.filter((value) => value !== null);
    return known.length === 0 ? null : known.reduce((total, value) => total + value, 0);
}

/**
 * How many CPUs a host has online. Older collectors do not say so: there those that `cpus` has a reading of count, as
 * places of others are null.
 */
export const cpusOf = (sample) => number(sample?.cpusOnline) ?? list(sample?.cpus).filter((one) => one !== null).length;

/** The rows of a columnar table (`cols`, `rows`) as objects with exactly the wanted columns, null where absent. */
export function tableRows(table, wanted, faults) {
    const { cols, rows } = object(table);
    const places = wanted.map((name) => list(cols).indexOf(name));
    const arrays = list(rows).filter(Array.isArray);
    if (arrays.length < list(rows).length) faults?.count("rows", list(rows).length - arrays.length);
    return arrays.map((row) => {
        const read = {};
        wanted.forEach((name, i) => {
            read[name] = cell(places[i] < 0 ? null : row[places[i]]);
        });
        return read;
    });
}

/** Of a table of devices at most so many rows are taken, and of a name so many letters. */
export const DEVICES_AT_MOST = 64;
export const deviceName = (value) => (text(value) ?? String(number(value) ?? "")).slice(0, 64);

const cell = (value) => (typeof value === "boolean" ? value : number(value) ?? text(value));

/** Counts what samples held that could not be used, by kind. */
export class Faults {
    samples = 0;
    values = 0;
    rows = 0;
    clockSteps = 0;

    count(kind, times = 1) {
        this[kind] += times;
    }

    get total() {
        return this.samples + this.values + this.rows + this.clockSteps;
    }

    /** One line for people; empty while there is nothing to say. */
    get words() {
        const told = (count, one, many) => (count === 0 ? null : `${count} ${count === 1 ? one : many}`);
        return [
            told(this.samples, "unreadable sample", "unreadable samples"),
            told(this.values, "invalid value", "invalid values"),
            told(this.rows, "unreadable row", "unreadable rows"),
            told(this.clockSteps, "clock set back", "clocks set back"),
        ].filter(Boolean).join(", ");
    }
}
