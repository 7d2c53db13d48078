import { load } from "../format.js";
import { cpusOf } from "../read.js";
import { peakOf, seriesOf, valueAt } from "./series.js";

const SERIES = [
    { key: "load15", label: "15 min", hue: 7 },
    { key: "load5", label: "5 min", hue: 2 },
    { key: "load1", label: "1 min", hue: 1 },
];

/** Load averages, with the number of CPUs as the line not to live above. */
export function loadPanel(slice) {
    const cpus = cpusOf(slice.latest);
    const series = seriesOf(slice, SERIES);
    const highest = peakOf(slice, series.map(({ values }) => values), 0);
    return {
        title: "Load",
        kind: "lines",
        slice,
        series,
        legend: [...series].reverse(),
        domain: [0, Math.max(1, cpus * 1.15, highest * 1.1)],
        marks: cpus > 0 ? [{ at: cpus, label: `${cpus} CPU${cpus === 1 ? "" : "s"}` }] : [],
        tick: (value) => String(value),
        format: load,
        headline: (index) => load(valueAt(series[2].values, index)),
        note: "1 min",
    };
}
