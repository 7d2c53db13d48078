import { count, countTick } from "../format.js";

const SERIES = [
    { key: "established", label: "established", hue: 1 },
    { key: "timeWait", label: "time-wait", hue: 6 },
    { key: "closeWait", label: "close-wait", hue: 5 },
    { key: "opening", label: "opening", hue: 3 },
    { key: "closing", label: "closing", hue: 2 },
].map((series) => ({ ...series, value: (point) => point[series.key] ?? null }));

// Every state with the hue of the group it is drawn in; listening sockets are only counted.
const STATES = [
    ["established", "established", 1], ["listen", "listen", null], ["timeWait", "time-wait", 6],
    ["closeWait", "close-wait", 5], ["synSent", "syn-sent", 3], ["synRecv", "syn-recv", 3],
    ["finWait1", "fin-wait-1", 2], ["finWait2", "fin-wait-2", 2], ["lastAck", "last-ack", 2],
    ["closing", "closing", 2], ["close", "close", 2],
].map(([key, label, hue]) => ({ key, label, hue, value: (point) => point.tcp?.[key] ?? null }));

/** TCP sockets by state, v4 and v6 together. */
export function tcpPanel(points) {
    const total = (point) => SERIES.reduce((all, series) => all + (series.value(point) ?? 0), 0);
    return {
        id: "tcp",
        title: "TCP",
        kind: "stack",
        points,
        series: SERIES,
        domain: [0, Math.max(4, ...points.map(total)) * 1.08],
        tick: (value) => (Number.isInteger(value) ? countTick(value) : ""),
        format: count,
        headline: (point) => count(point?.established ?? null),
        note: "established",
        legend: STATES,
        dense: true,
    };
}
