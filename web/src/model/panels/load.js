import { load } from "../format.js";
import { list } from "../read.js";

const SERIES = [
    { key: "load15", label: "15 min", hue: 7 },
    { key: "load5", label: "5 min", hue: 2 },
    { key: "load1", label: "1 min", hue: 1 },
].map((series) => ({ ...series, value: (point) => point[series.key] ?? null }));

/** Load averages, with the number of CPUs as the line not to live above. */
export function loadPanel(points, latest) {
    const cpus = list(latest?.cpus).length;
    const highest = Math.max(0, ...points.flatMap((point) => SERIES.map((series) => series.value(point) ?? 0)));
    return {
        id: "load",
        title: "Load",
        kind: "lines",
        points,
        series: SERIES,
        legend: [...SERIES].reverse(),
        domain: [0, Math.max(1, cpus * 1.15, highest * 1.1)],
        marks: cpus > 0 ? [{ at: cpus, label: `${cpus} CPU${cpus === 1 ? "" : "s"}` }] : [],
        tick: (value) => String(value),
        format: load,
        headline: (point) => load(point?.load1 ?? null),
        note: "1 min",
    };
}
