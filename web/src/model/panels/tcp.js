import { count, countTick } from "../format.js";
import { peakOf, seriesOf, summed, valueAt } from "./series.js";

const SERIES = [
    { key: "established", label: "established", hue: 1 },
    { key: "timeWait", label: "time-wait", hue: 6 },
    { key: "closeWait", label: "close-wait", hue: 5 },
    { key: "opening", label: "opening", hue: 3 },
    { key: "closing", label: "closing", hue: 2 },
];

// Every state with the hue of the group it is drawn in; listening sockets are only counted.
const STATES = [
    ["established", "estab", 1], ["listen", "listen", null], ["timeWait", "time-wait", 6],
    ["closeWait", "close-wait", 5], ["synSent", "syn-sent", 3], ["synRecv", "syn-recv", 3],
    ["finWait1", "fin-wait-1", 2], ["finWait2", "fin-wait-2", 2], ["lastAck", "last-ack", 2],
    ["closing", "closing", 2], ["close", "close", 2],
].map(([key, label, hue]) => ({ key, label, hue, column: `tcp:${key}` }));

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
        legend: seriesOf(slice, STATES),
        dense: true,
    };
}
