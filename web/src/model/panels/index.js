import { lowerBound, upperBound } from "../hosts/ring.js";
import { cpuPanel } from "./cpu.js";
import { diskPanel } from "./disks.js";
import { loadPanel } from "./load.js";
import { memoryPanel } from "./memory.js";
import { networkPanel } from "./network.js";
import { pressurePanel } from "./pressure.js";
import { tcpPanel } from "./tcp.js";
import { troublePanel } from "./trouble.js";

// Each panel is a description: what to draw, in which unit, with which words. The views only draw.
export const PANELS = [
    { id: "cpu", probe: "top", describe: cpuPanel },
    { id: "network", probe: "netstat", describe: networkPanel },
    { id: "memory", probe: "top", describe: memoryPanel },
    { id: "disks", probe: "top", describe: diskPanel },
    { id: "load", probe: "top", describe: loadPanel },
    { id: "pressure", probe: "top", describe: pressurePanel },
    { id: "tcp", probe: "netstat", describe: tcpPanel },
    { id: "trouble", probe: "netstat", describe: troublePanel },
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
