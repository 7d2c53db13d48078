import { percent, percentBare, UNKNOWN } from "../format.js";
import { list, number } from "../read.js";

// Bottom to top. Hues are slots of the palette; a mode keeps its hue everywhere.
const SERIES = [
    { key: "system", label: "system", hue: 2 },
    { key: "user", label: "user", hue: 1 },
    { key: "nice", label: "nice", hue: 3 },
    { key: "guest", label: "guest", hue: 6 },
    { key: "irq", label: "irq", hue: 7 },
    { key: "iowait", label: "iowait", hue: 4 },
    { key: "steal", label: "steal", hue: 5 },
].map((series) => ({ ...series, value: (point) => point[series.key] ?? null }));

/** CPU time by mode, percent of all CPUs; idle is the empty part. */
export function cpuPanel(points, latest) {
    const cores = coresOf(latest);
    return {
        id: "cpu",
        title: "CPU",
        kind: "stack",
        points,
        series: SERIES,
        domain: [0, 100],
        ticks: [0, 25, 50, 75, 100],
        tick: (value) => `${value}%`,
        format: percent,
        headline: (point) => percent(point?.busy ?? null),
        note: cores.length === 0 ? "" : `${cores.length} CPU${cores.length === 1 ? "" : "s"}`,
        cores,
    };
}

/** How busy each CPU is, in percent, with its text. */
function coresOf(latest) {
    return list(latest?.cpus).map((modes, i) => {
        const idle = number(list(modes)[3]);
        const busy = idle === null ? null : Math.min(100, Math.max(0, 100 - idle - (number(modes[4]) ?? 0)));
        return { name: `CPU ${i}`, busy, text: busy === null ? UNKNOWN : percentBare(busy) };
    });
}
