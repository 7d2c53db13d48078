import { percent } from "../format.js";
import { peakOf, seriesOf, valueAt } from "./series.js";

// Some: at least one task waited; full, dashed: all that could run did.
const SERIES = [
    { key: "psiCpuSome", label: "CPU some", hue: 1 },
    { key: "psiMemorySome", label: "mem some", hue: 4 },
    { key: "psiMemoryFull", label: "mem full", hue: 8, dashed: true },
    { key: "psiIoSome", label: "I/O some", hue: 2 },
    { key: "psiIoFull", label: "I/O full", hue: 5, dashed: true },
];

/** Pressure stall information: the share of time that tasks waited for CPU, memory or disks, over 10 s. */
export function pressurePanel(slice) {
    const series = seriesOf(slice, SERIES);
    const known = series.some(({ values }) => !Number.isNaN(values[slice.end - 1] ?? NaN));
    return {
        title: "Pressure",
        kind: "lines",
        slice,
        series,
        domain: [0, Math.min(100, Math.max(10, 1.1 * peakOf(slice, series.map(({ values }) => values), 0)))],
        tick: (value) => `${value}%`,
        format: percent,
        headline: (index) => percent(highestAt(series, index)),
        note: known || slice.end === 0 ? "time waiting" : "not supported by this kernel",
    };
}

function highestAt(series, index) {
    const known = series.map(({ values }) => valueAt(values, index)).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
}
