import { percent } from "../format.js";
import { cpusOf, list } from "../read.js";
import { seriesOf, valueAt } from "./series.js";

// Bottom to top. Hues are slots of the palette; a mode keeps its hue everywhere.
const SERIES = [
    { key: "system", label: "system", hue: 2 },
    { key: "user", label: "user", hue: 1 },
    { key: "nice", label: "nice", hue: 3 },
    { key: "guest", label: "guest", hue: 6 },
    { key: "irq", label: "irq", hue: 7 },
    { key: "iowait", label: "iowait", hue: 4 },
    { key: "steal", label: "steal", hue: 5 },
];

/** CPU time by mode, percent of all CPUs; idle is the empty part. Under it each CPU over time. */
export function cpuPanel(slice) {
    const busy = seriesOf(slice, [{ key: "busy" }])[0].values;
    const cores = list(slice.latest?.cpus).length;
    const online = cpusOf(slice.latest);
    return {
        title: "CPU",
        kind: "stack",
        slice,
        series: seriesOf(slice, SERIES),
        domain: [0, 100],
        ticks: [0, 50, 100],
        tick: (value) => `${value}%`,
        format: percent,
        headline: (index) => percent(valueAt(busy, index)),
        note: online === 0 ? "" : `${online} CPU${online === 1 ? "" : "s"}`,
        cores,
        dense: true,
    };
}
