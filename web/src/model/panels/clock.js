import { signedMicros, UNKNOWN } from "../format.js";
import { isUnsynchronised } from "../hosts/flags.js";
import { object, text } from "../read.js";
import { columnOf, peakOf, seriesOf, valueAt } from "./series.js";

const SERIES = [
    { key: "offset", label: "offset", hue: 1 },
    { key: "estError", label: "estimated error", hue: 2 },
];
// Far larger than the others: drawn on their scale it would press them flat.
const REST = [
    { key: "maxError", label: "error at most", hue: null },
    { key: "speed", label: "speed", hue: null, format: (ppm) => (ppm === null ? UNKNOWN : `${ppm.toFixed(1).replace("-", "−")} ppm`) },
];

/** How right the host's clock is by its kernel: the time still to be slewed away, and the error that is estimated, in µs. */
export function clockPanel(slice) {
    const series = seriesOf(slice, SERIES);
    const synced = columnOf(slice, "synced");
    const [offset, error] = series.map(({ values }) => values);
    const ahead = peakOf(slice, [offset.map((value) => -value)], 0);
    return {
        title: "Clock",
        kind: "lines",
        slice,
        series,
        legend: [...series, ...seriesOf(slice, REST)],
        domain: [-1.1 * ahead, 1.1 * peakOf(slice, [offset, error], 10)],
        tick: signedMicros,
        format: signedMicros,
        headline: (index) => STATES[valueAt(synced, index)] ?? "not known",
        note: noteOn(slice.latest),
    };
}

const STATES = { 0: "not synchronised", 1: "synchronised" };
const LEAPS = { insert: "leap second today", delete: "leap second today" };

function noteOn(sample) {
    // What to do stands in the host's head, which has room for it.
    if (isUnsynchronised(sample)) return "check NTP";
    const leap = text(object(sample).leap);
    return Object.hasOwn(LEAPS, leap ?? "") ? LEAPS[leap] : "";
}
