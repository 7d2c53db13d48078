import { processIdentity } from "./processes.js";
import { number, object } from "../read.js";

// Who did it: what changed most at a moment against the mean of the samples before it. Tables list the busiest: what a
// sample did not list counts as nothing there, and is kept apart from what had ended.

const MOST = 7;
export const COMPARED_MS = 60_000;
export const COMPARED_SAMPLES = 15;

/**
 * The greatest changes at `samples` (the last is the moment's own) against `earlier` ones, the greatest first, as
 * `{key, table, name, detail, before, at, change, fate}`. `before` and `at` are null where the row
 * was not listed. `fate`: of such a row, whether it `began`, `ended` or was `unlisted` only; null where it was listed
 * throughout.
 * @param later samples after the moment, which show what was still there
 */
export function culprits(question, samples, earlier, later = []) {
    const sample = samples.at(-1);
    const past = earlier.map(question.rows);
    // An amount that is held, as memory, is what it is at the end; a rate is the mean over the time that was measured.
    const now = (question.isLevel ? [sample] : samples).map(question.rows);
    const [pastCount, nowCount] = [past, now].map(counted);
    const found = new Map();
    const at = (row) => {
        if (!found.has(row.key)) found.set(row.key, { ...row, before: null, at: null, isUnknown: false });
        return found.get(row.key);
    };
    for (const rows of past) {
        for (const row of rows) {
            const one = at(row);
            // Listed, but without this reading: nothing can be compared with it.
            if (row.value === null) continue;
            one.before = (one.before ?? 0) + row.value / pastCount;
        }
    }
    for (const rows of now) {
        for (const row of rows) {
            const one = at(row);
            one.isUnknown = row.value === null && one.at === null;
            if (row.value !== null) one.at = (one.at ?? 0) + row.value / nowCount;
            Object.assign(one, { name: row.name, detail: row.detail });
        }
    }
    const others = { sample, earlier, later, rowsLater: null };
    return [...found.values()]
        .filter(({ isUnknown }) => !isUnknown)
        .map(({ value: _, isUnknown: __, ...row }) => ({ ...row, change: (row.at ?? 0) - (row.before ?? 0) }))
        .filter((row) => Math.abs(row.change) >= question.least)
        .sort((a, b) => Math.abs(b.change) - Math.abs(a.change) || (a.key < b.key ? -1 : 1))
        .slice(0, MOST)
        .map((row) => ({ ...row, format: question.format, fate: fateOf(question, row, others) }));
}

// A sample whose table has no reading at all, such as a collector's first, is not counted.
const counted = (tables) => tables.filter((rows) => rows.length === 0 || rows.some(({ value }) => value !== null)).length || tables.length;

function fateOf(question, row, others) {
    const { sample, earlier } = others;
    if (row.isSum || (row.before !== null && row.at !== null)) return null;
    if (row.before === null) return question.hasBegun?.(row, sample, earlier) ? "began" : "unlisted";
    others.rowsLater ??= new Set(others.later.flatMap((one) => question.rows(one).map(({ key }) => key)));
    if (others.rowsLater.has(row.key)) return "unlisted";
    return question.hasEnded?.(row, sample) ? "ended" : "unlisted";
}

/** A process began after the first of the samples compared with, by the host's own clock. */
export function processBegan({ start }, sample, earlier) {
    const up = number(object(earlier[0]).uptimeS) ?? null;
    const since = up ?? (number(sample?.uptimeS) === null ? null : sample.uptimeS - COMPARED_MS / 1000);
    return typeof start === "number" && since !== null && start >= since * 1000;
}

/** Its number belongs to another process, or the table that lacks it lists all there are. */
export function processEnded({ pid, key }, sample, rows) {
    if (rows.some((row) => processIdentity(row) === key)) return false;
    if (rows.length > 0 && number(object(sample?.others).count) === 0) return true;
    return rows.some((row) => row.pid === pid);
}
