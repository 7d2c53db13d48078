import { count, countTick } from "../format.js";
import { peakOf, seriesOf, summed, valueAt } from "./series.js";

const SERIES = [
    { key: "established", label: "established", hue: 1 },
    { key: "timeWait", label: "time-wait", hue: 6 },
    { key: "closeWait", label: "close-wait", hue: 5 },
    { key: "opening", label: "opening, total", hue: 3 },
    { key: "closing", label: "closing, total", hue: 2 },
];

// The states that a group sums up stand under it without a colour of their own; listening sockets are only counted.
const PARTS = {
    opening: [["synSent", "syn-sent"], ["synRecv", "syn-recv"]],
    closing: [["finWait1", "fin-wait-1"], ["finWait2", "fin-wait-2"], ["lastAck", "last-ack"], ["closing", "closing"], ["close", "close"]],
};
const part = ([key, label]) => ({ key: `tcp:${key}`, label, hue: null, column: `tcp:${key}`, part: true });
const LEGEND = [
    ...SERIES.flatMap((group) => [group, ...(PARTS[group.key] ?? []).map(part)]),
    { key: "listen", label: "listening", hue: null, column: "tcp:listen" },
];

/** TCP sockets by state, v4 and v6 together. */
export function tcpPanel(slice) {
    const series = seriesOf(slice, SERIES);
    const total = summed(slice, series.map(({ values }) => values));
    return {
        title: "TCP",
        kind: "stack",
        slice,
        series,
        domain: [0, 1.08 * peakOf(slice, [total], 4)],
        tick: (value) => (Number.isInteger(value) ? countTick(value) : ""),
        format: count,
        headline: (index) => count(valueAt(series[0].values, index)),
        note: "established",
        legend: seriesOf(slice, LEGEND),
    };
}
