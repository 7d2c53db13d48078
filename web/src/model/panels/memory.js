import { bytesTick, kibibytes, percent, UNKNOWN } from "../format.js";
import { number, object } from "../read.js";
import { columnOf, peakOf, seriesOf, valueAt } from "./series.js";
import { byteTicks } from "./ticks.js";

const SERIES = [
    { key: "used", label: "used", hue: 1 },
    { key: "buffers", label: "buffers", hue: 3 },
    { key: "cached", label: "cached", hue: 6 },
    { key: "free", label: "free", hue: 0 },
];
const SWAP = { key: "swap", label: "swap used", hue: 5, column: "swapUsed" };

/** Memory by use in KiB, closing to the total; swap used as a line on the same scale. */
export function memoryPanel(slice) {
    const mem = object(slice.latest?.mem);
    const [used, total, swap] = ["used", "total", "swapUsed"].map((name) => columnOf(slice, name));
    const top = peakOf(slice, [total, swap], 1);
    return {
        title: "Memory",
        kind: "stack",
        slice,
        series: seriesOf(slice, SERIES),
        overlay: number(mem.swapTotal) ? seriesOf(slice, [SWAP]) : [],
        domain: [0, top],
        ticks: byteTicks(0, top * 1024, 3).map((bytes) => bytes / 1024),
        tick: (value) => bytesTick(value * 1024),
        format: kibibytes,
        headline: (index) => share(valueAt(used, index), valueAt(total, index)),
        note: number(mem.total) === null ? "" : `of ${kibibytes(mem.total)}`,
    };
}

const share = (part, whole) => (part === null || !whole ? UNKNOWN : percent((100 * part) / whole));
