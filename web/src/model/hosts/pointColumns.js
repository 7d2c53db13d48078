import { DEVICES_AT_MOST, list, object, tableRows, text } from "../read.js";
import { pointsOf } from "./columns.js";
import { PROTO_ERRORS, TCP_STATES } from "./points/netstat.js";

// What the server tells of one host's past in columns: every number that its charts need, put back to figures as a sample has
// them, so that one reader makes points of both.

const PATHS_AT_ONCE = 32;
const CORES_AT_MOST = 64;

const CPU = ["user", "nice", "system", "idle", "iowait", "irq", "softirq", "steal", "guest"];
const MEM = ["total", "free", "available", "buffers", "cached", "sreclaimable", "shmem", "swapTotal", "swapFree"];
const PSI = ["cpu", "memory", "io"].flatMap((of) => ["some", "full"].map((kind) => ["psi", of, kind, 0]));
const INTERFACE = ["rxBps", "txBps", "rxErrPerS", "txErrPerS", "rxDropPerS", "txDropPerS"];

const members = (of, names) => names.map((name) => [of, name]);

/** Where the numbers of a probe's charts stand in its samples, as paths of names and places; `sample` is one of them. */
const PLACES = {
    top: (sample) => [
        ...members("cpu", CPU), ...members("mem", MEM), ...[0, 1, 2].map((place) => ["load", place]), ...PSI, ["tookUs"],
        ...list(sample.cpus).slice(0, CORES_AT_MOST).flatMap((_, core) => [["cpus", core, 3], ["cpus", core, 4]]),
        ...cells(sample.disks, "disks", ["rdBps", "wrBps", "utilPct"]),
    ],
    netstat: (sample) => [
        ...members("tcp", TCP_STATES), ["connsTotal"], ["tookUs"],
        // The collector may have been another one before.
        ...members("protoErrors", PROTO_ERRORS), ...members("proto", PROTO_ERRORS), ...cells(sample.ifs, "ifs", INTERFACE),
    ],
};

/** A cell of a table: which row by its name, and which column. */
function cells(table, of, columns) {
    return tableRows(table, ["name", "up"]).filter(({ name, up }) => text(name) !== null && up !== false).slice(0, DEVICES_AT_MOST)
        .flatMap(({ name }) => columns.map((column) => [of, { row: name }, column]));
}

/** Whether the charts of a probe can be filled from columns: its samples come without their tables. */
export const hasColumns = (name) => Object.hasOwn(PLACES, name);

/** The paths to ask for, in lists as long as one request may have. `sample`: one of the probe, for its devices. */
export function pathsOf(probe, sample) {
    const places = PLACES[probe](object(sample)).map((place) => ({ place, path: pathOf(place) }));
    const requests = [];
    for (let first = 0; first < places.length; first += PATHS_AT_ONCE) requests.push(places.slice(first, first + PATHS_AT_ONCE));
    return requests;
}

const pathOf = (place) => place.map((part, i) => {
    if (typeof part === "object") return `[name=${JSON.stringify(part.row)}]`;
    return i === 0 ? part : `.${part}`;
}).join("");

/**
 * The figures of each point that the answers tell, by time, as `{t, sample}`.
 * @param requests as pathsOf made them, with the `answer` to each
 */
export function figuresOf(probe, requests) {
    const byTime = new Map();
    for (const { paths, answer } of requests) {
        const entry = list(object(answer).series).map(object).find((one) => one.probe === probe);
        if (!entry) continue;
        for (const { t, values } of pointsOf(answer, entry)) {
            if (!byTime.has(t)) byTime.set(t, blank(probe));
            const sample = byTime.get(t);
            paths.forEach(({ place }, i) => values[i] !== null && put(sample, place, values[i]));
        }
    }
    return [...byTime].sort(([a], [b]) => a - b).map(([t, sample]) => ({ t, sample: tabled(sample) }));
}

// Of `proto`, counters that did not move are left out by collectors: no number there is none that is unknown.
const blank = (probe) => (probe === "netstat" ? { proto: {}, rows: new Map() } : { rows: new Map() });

function put(sample, place, value) {
    const [first, second, column] = place;
    if (typeof second === "object") {
        const key = JSON.stringify([first, second.row]);
        if (!sample.rows.has(key)) sample.rows.set(key, { table: first, name: second.row });
        sample.rows.get(key)[column] = value;
        return;
    }
    let at = sample;
    place.slice(0, -1).forEach((part, i) => {
        at[part] ??= typeof place[i + 1] === "number" ? [] : {};
        at = at[part];
    });
    at[place.at(-1)] = value;
}

/** The rows put back to tables. */
function tabled({ rows, ...sample }) {
    for (const { table, ...cellsOf } of rows.values()) {
        sample[table] ??= { cols: [], rows: [] };
        const { cols, rows: lines } = sample[table];
        for (const name of Object.keys(cellsOf)) if (!cols.includes(name)) cols.push(name);
        lines.push(cellsOf);
    }
    for (const value of Object.values(sample)) {
        if (Array.isArray(value?.cols)) value.rows = value.rows.map((row) => value.cols.map((name) => row[name] ?? null));
    }
    return sample;
}
