import { count, countTick } from "../format.js";
import { number, object } from "../read.js";

const SERIES = [
    { key: "established", label: "established", hue: 1 },
    { key: "timeWait", label: "time-wait", hue: 6 },
    { key: "closeWait", label: "close-wait", hue: 5 },
    { key: "opening", label: "opening", hue: 3 },
    { key: "closing", label: "closing", hue: 2 },
].map((series) => ({ ...series, value: (point) => point[series.key] ?? null }));

const STATES = [
    ["established", "established"], ["synSent", "syn-sent"], ["synRecv", "syn-recv"], ["finWait1", "fin-wait-1"],
    ["finWait2", "fin-wait-2"], ["timeWait", "time-wait"], ["close", "close"], ["closeWait", "close-wait"],
    ["lastAck", "last-ack"], ["closing", "closing"], ["listen", "listen"],
];

/** TCP sockets by state, v4 and v6 together; listening ones are no connections and only counted. */
export function tcpPanel(points, latest) {
    const tcp = object(latest?.tcp);
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
        states: latest ? STATES.map(([key, label]) => ({ key, label, value: number(tcp[key]) })) : [],
    };
}
