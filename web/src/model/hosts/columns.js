import { list, number, object, text } from "../read.js";

// What the server tells of the past in columns (Contract.md: series): of all hosts the figures of their cards.

/** A column has so many points: a card is not much wider. With many hosts fewer, as each costs the server work. */
const POINTS = 120;
const POINTS_OF_MANY = 60;
const MANY = 40;
const LEAST_STEP_MS = 1000;

const TOP = ["cpu.idle", "cpu.iowait", "mem.available", "load.0"];
const NET = ["ifs.sum(rxBps)", "ifs[name=lo].rxBps", "ifs.sum(txBps)", "ifs[name=lo].txBps"];

/** What to ask for the cards of so many hosts over the `ms` before `now`: one request of each probe. */
export function fleetRequests(count, now, ms) {
    const points = count > MANY ? POINTS_OF_MANY : POINTS;
    const step = Math.max(LEAST_STEP_MS, 1000 * Math.ceil(ms / points / 1000));
    const span = { from: Math.max(0, now - ms), to: now, step };
    return [["top", TOP], ["netstat", NET]].map(([probe, paths]) => ({ probes: [probe], paths, ...span }));
}

/** The points of one entry of an answer, as `{t, values}` with `t` at the end of the step and the columns' numbers, some null. */
export function pointsOf({ from, step }, { to, columns }) {
    const [first, size, last] = [number(from), number(step), number(to)];
    const all = list(columns).map(list);
    const length = Math.max(0, ...all.map((column) => column.length));
    const points = [];
    if (first === null || !(size > 0)) return points;
    for (let i = 0; i < length; i += 1) {
        const values = all.map((column) => number(column[i]));
        // The newest sample of the step is what stands there: it is no later than the end.
        if (values.some((value) => value !== null)) points.push({ t: Math.min(first + (i + 1) * size - 1, last ?? Infinity), values });
    }
    return points;
}

/** Fills the trends of the cards with what an answer tells; returns the hosts' names. */
export function fillTrends(fleet, answer) {
    const names = new Set();
    for (const entry of list(object(answer).series).map(object)) {
        const host = fleet.host(text(entry.host));
        const read = READ[entry.probe];
        if (!host || !read) continue;
        names.add(host.name);
        const total = number(object(host.probe("top")?.latest?.mem).total);
        for (const { t, values } of pointsOf(answer, entry)) {
            const [trend, readings] = read(host.vitals, values, total);
            trend.fill(t, answer.step, readings);
        }
    }
    return names;
}

const READ = {
    top: (vitals, [idle, iowait, available, load], total) => [vitals.top, {
        cpu: idle === null ? null : Math.min(100, Math.max(0, 100 - idle - (iowait ?? 0))),
        memory: available === null || !(total > 0) ? null : (100 * Math.max(0, total - available)) / total,
        load,
    }],
    // The loopback's bytes never left the machine.
    netstat: (vitals, [rx, ownRx, tx, ownTx]) => [vitals.net, {
        rx: rx === null ? null : Math.max(0, rx - (ownRx ?? 0)), tx: tx === null ? null : Math.max(0, tx - (ownTx ?? 0)),
    }],
};
