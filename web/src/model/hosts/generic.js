import { number, object, text } from "../read.js";
import { Heard } from "./heard.js";

// A probe that this page does not know: its numbers are drawn as lines, its tables as tables.

const ENVELOPE = new Set(["id", "host", "probe", "t", "v", "boot", "seq", "intervalMs", "dtMs", "tookUs", "lost", "flags"]);
const MOST_NUMBERS = 48;
const MOST_TABLES = 8;
const MOST_TEXTS = 24;
const MOST_ROWS = 200;
const MOST_COLUMNS = 24;
const DEEPEST = 3;
const POINTS = 300;

export const PROBES_AT_MOST = 16;

/** What a sample holds: `numbers` by path, `texts` by path, and `tables` as `{path, cols, rows, total}`. */
export function contents(sample) {
    const found = { numbers: {}, texts: {}, tables: [] };
    const counts = { numbers: 0, texts: 0 };
    const put = (kind, most, path, value) => {
        if (counts[kind] >= most) return;
        counts[kind] += 1;
        // Not set by name: a sample may call a number `__proto__`.
        Object.defineProperty(found[kind], path, { value, enumerable: true, configurable: true, writable: true });
    };
    const walk = (value, path, depth) => {
        if (number(value) !== null) put("numbers", MOST_NUMBERS, path, value);
        else if (typeof value === "boolean") put("texts", MOST_TEXTS, path, value ? "yes" : "no");
        else if (text(value) !== null) put("texts", MOST_TEXTS, path, value.slice(0, 256));
        else if (isTable(value)) found.tables.length < MOST_TABLES && found.tables.push(tableOf(value, path));
        else if (depth < DEEPEST && value !== null && typeof value === "object") {
            for (const [key, inner] of Object.entries(value)) walk(inner, path ? `${path}.${key}` : key, depth + 1);
        }
    };
    for (const [key, value] of Object.entries(object(sample))) if (!ENVELOPE.has(key)) walk(value, key, 1);
    return found;
}

const isTable = (value) => Array.isArray(object(value).cols) && Array.isArray(object(value).rows);

function tableOf({ cols, rows }, path) {
    const names = cols.slice(0, MOST_COLUMNS).map((name) => text(name) ?? "");
    const lines = rows.filter(Array.isArray);
    return {
        path,
        cols: names,
        rows: lines.slice(0, MOST_ROWS).map((row) => names.map((_, i) => cell(row[i]))),
        total: lines.length,
    };
}

const cell = (value) => (typeof value === "boolean" ? (value ? "yes" : "no") : number(value) ?? text(value));

/** The newest points as objects, by time: what a probe without a schema has instead of columns. */
class Recent {
    points = [];

    get length() {
        return this.points.length;
    }

    get newest() {
        return this.points.at(-1) ?? null;
    }

    get newestId() {
        return this.newest?.id ?? null;
    }

    get oldestT() {
        return this.points[0]?.t ?? null;
    }

    get newestT() {
        return this.newest?.t ?? null;
    }

    put(id, t, values) {
        const known = this.points.find((point) => point.id === id);
        if (known && t <= known.t) return false;
        this.remove(id);
        if (this.points.length >= POINTS && t < this.points[0].t) return false;
        let place = this.points.length;
        while (place > 0 && this.points[place - 1].t > t) place -= 1;
        this.points.splice(place, 0, { ...values, id, t });
        if (this.points.length > POINTS) this.points.shift();
        return true;
    }

    timeOf(id) {
        return this.points.find((point) => point.id === id)?.t;
    }

    dropAfter(t) {
        while (this.points.length > 0 && this.newestT > t) this.points.pop();
    }

    remove(id) {
        const place = this.points.findIndex((point) => point.id === id);
        if (place >= 0) this.points.splice(place, 1);
        return place >= 0;
    }
}

/** The samples of one unknown probe of a host: its numbers over time, its newest sample whole. */
export class GenericProbe extends Heard {
    isGeneric = true;

    constructor(unheardMs) {
        super(new Recent(), unheardMs);
    }

    /** As of a probe that is known: `seenAt` is when the sample counts as fresh, in the page's monotonic ms. */
    add(sample, t, seenAt, { name = sample.id, faults, onStepBack = () => {} } = {}) {
        if (this.history.timeOf(name) === undefined && this.isStepBack(sample, t, seenAt)) {
            faults?.count("clockSteps");
            this.stepBack(t, sample);
            onStepBack();
        }
        if (!this.history.put(name, t, { numbers: contents(sample).numbers })) return false;
        this.heard(sample, name, seenAt);
        return true;
    }
}

/** Values of one number over the held points, as `[{t, value}]`; null where a sample lacks it. */
export const seriesOf = (probe, path) =>
    probe.history.points.map(({ t, numbers }) => ({ t, value: number(numbers[path]) }));
