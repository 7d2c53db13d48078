import { bytesTick, kibibytes, percent, UNKNOWN } from "../format.js";
import { number, object } from "../read.js";
import { byteTicks } from "./ticks.js";

const SERIES = [
    { key: "used", label: "used", hue: 1 },
    { key: "buffers", label: "buffers", hue: 3 },
    { key: "cached", label: "cached", hue: 6 },
    { key: "free", label: "free", hue: 0 },
].map((series) => ({ ...series, value: (point) => point[series.key] ?? null }));

const SWAP = { key: "swap", label: "swap", hue: 5, value: (point) => point.swapUsed ?? null };

/** Memory by use in KiB, closing to the total; swap used as a line on the same scale. */
export function memoryPanel(points, latest) {
    const mem = object(latest?.mem);
    const swapTotal = number(mem.swapTotal);
    const top = Math.max(1, ...points.map((point) => Math.max(point.total ?? 0, point.swapUsed ?? 0)));
    return {
        id: "memory",
        title: "Memory",
        kind: "stack",
        points,
        series: SERIES,
        overlay: swapTotal ? [SWAP] : [],
        domain: [0, top],
        ticks: byteTicks(0, top * 1024, 4).map((bytes) => bytes / 1024),
        tick: (value) => bytesTick(value * 1024),
        format: kibibytes,
        headline: (point) => share(point?.used, point?.total),
        note: number(mem.total) === null ? "" : `of ${kibibytes(mem.total)}`,
    };
}

const share = (part, whole) => (part == null || !whole ? UNKNOWN : percent((100 * part) / whole));
