import { cpusOf, number, object, sum, tableRows } from "../read.js";

const COLUMNS = [
    "pid", "start", "ppid", "user", "state", "cpuPct", "rssKiB", "virtKiB", "shrKiB", "threads", "nice", "timeMs",
    "rdBps", "wrBps", "majfltPerS", "unit", "comm", "cmd",
];

const SUMMED = ["cpuPct", "rssKiB", "rdBps", "wrBps"];

export const processIdentity = (row) => `${row.pid}:${row.start}`;

/** The processes of a `top` sample. */
export function processRows(sample) {
    return tableRows(sample?.procs, COLUMNS);
}

/** What closes the table to the total: processes not listed, those that came and went, and the sum of all. */
export function closingRows(sample) {
    if (!sample?.procs) return [];
    const rows = processRows(sample);
    const others = object(sample.others);
    const exited = number(others.exitedCpuPct);
    const unknown = number(others.unattributedCpuPct);
    const total = (field, ...more) => sum(...rows.map((row) => number(row[field])), ...more);
    const left = number(others.count);
    const cpus = cpusOf(sample);
    return [
        {
            key: "others",
            label: "other processes",
            count: left,
            cpuPct: number(others.cpuPct),
            rssKiB: number(others.rssKiB),
        },
        { key: "exited", label: "exited since last sample", count: null, cpuPct: exited, rssKiB: null },
        // Only newer collectors tell it.
        ...(unknown === null ? [] : [{ key: "unattributed", label: "no known process", count: null, cpuPct: unknown, rssKiB: null }]),
        {
            key: "total",
            label: cpus > 0 ? `total (max. ${100 * cpus} %)` : "total",
            count: left === null ? null : rows.length + left,
            cpuPct: total("cpuPct", number(others.cpuPct), exited, unknown),
            rssKiB: total("rssKiB", number(others.rssKiB)),
        },
    ];
}

/** What closes the table while a filter holds: the sum of the rows that it keeps. */
export function matchingRows(rows, sample) {
    if (!sample?.procs) return [];
    const cpus = cpusOf(sample);
    const total = (field) => sum(...rows.map((row) => number(row[field]))) ?? (rows.length === 0 ? 0 : null);
    return [{
        key: "matching",
        label: cpus > 0 ? `matching rows (max. ${100 * cpus} %)` : "matching rows",
        count: rows.length,
        ...Object.fromEntries(SUMMED.map((field) => [field, total(field)])),
    }];
}
