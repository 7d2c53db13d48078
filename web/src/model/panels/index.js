import { lowerBound, upperBound } from "../hosts/ring.js";
import { clockPanel } from "./clock.js";
import { cpuPanel } from "./cpu.js";
import { diskPanel } from "./disks.js";
import { loadPanel } from "./load.js";
import { memoryPanel } from "./memory.js";
import { networkPanel } from "./network.js";
import { pressurePanel } from "./pressure.js";
import { tcpPanel } from "./tcp.js";
import { troublePanel } from "./trouble.js";

/**
 * All panels of a host's page, in their order; one that `isOptional` is there for hosts with its probe only. Each describes
 * what to draw, the views only draw: `describe(slice, hidden)`, of what sliceOf gives and the keys of series that the reader
 * has hidden, gives
 * - `title`, `note` (words beside it, `""` for none), `headline(index)` (the reading in large at a row, -1 for none),
 * - `kind`: `stack`, `lines` or `mirror`, as in charts/draw.js; `slice` as it came; `domain`: `[low, high]`,
 * - `series`: what is drawn, of `{key, label, hue, dashed?, values}`, or `{key, label, hue, up, down}` of a `mirror`; `values`
 *   are a Float32Array with a row per row of the slice, NaN where there is no reading; `overlay`: lines over it, alike,
 * - `tick(value)` on the axis, `format(value)` in the legend (a series may have its own), null there for no reading,
 * - `legend`: other entries than the series', of which `hue: null` has no colour and `part` stands under the one before;
 *   `toggles`: they may be hidden (`off`); `dense`: they are short,
 * - `ticks`: their values, else even ones; `marks`: levels as `{at, label}`; of a `mirror` `ways` (a sign of each half) and
 *   `halves` (its words); `cores`: of how many CPUs the strips are drawn.
 */
export const PANELS = [
    { id: "cpu", probe: "top", describe: cpuPanel },
    { id: "network", probe: "netstat", describe: networkPanel },
    { id: "memory", probe: "top", describe: memoryPanel },
    { id: "disks", probe: "top", describe: diskPanel },
    { id: "load", probe: "top", describe: loadPanel },
    { id: "pressure", probe: "top", describe: pressurePanel },
    { id: "tcp", probe: "netstat", describe: tcpPanel },
    { id: "trouble", probe: "netstat", describe: troublePanel },
    { id: "clock", probe: "clock", describe: clockPanel, isOptional: true },
];

/**
 * The rows of a probe to draw between two times: `first` to `end` of the ring's columns, one beyond each edge so that
 * lines reach it, none after `until`, the moment the page is frozen at.
 */
export function sliceOf(probe, [from, to], until = Infinity, sample = probe?.latest ?? null) {
    const ring = probe?.history.ring ?? null;
    if (!ring) return EMPTY;
    const times = ring.times;
    const end = Math.min(upperBound(times, until), upperBound(times, to) + 1, times.length);
    const first = Math.min(end, Math.max(0, lowerBound(times, from) - 1));
    return { ring, times, first, end, longest: probe.longestMs, latest: sample };
}

const EMPTY = { ring: null, times: new Float64Array(0), first: 0, end: 0, longest: 3000, latest: null };

/** The points of a probe from `start` on as objects, with holes where samples are missing: for small pictures. */
export function visiblePoints(probe, start) {
    if (!probe) return [];
    const { ring, times, first, end, longest } = sliceOf(probe, [start, Infinity]);
    const points = [];
    for (let i = first; i < end; i += 1) {
        if (i > first && times[i] - times[i - 1] > longest) points.push({ t: (times[i] + times[i - 1]) / 2 });
        points.push(rowOf(ring, times[i], i));
    }
    return points;
}

function rowOf(ring, t, index) {
    const row = { t };
    for (const name of ring.names) row[name] = ring.at(name, index);
    return row;
}
