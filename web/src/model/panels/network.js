import { bytesTick, rate } from "../format.js";
import { sum } from "../read.js";
import { byteTicks } from "./ticks.js";

const SHOWN = 5;
const LOOPBACK = "lo";

/** Hidden until asked for: the loopback counts every byte twice, and none of them left the machine. */
export const HIDDEN_AT_FIRST = [`if:${LOOPBACK}`];

/**
 * Bytes per second by interface: received upwards, sent downwards; the busiest by name, the rest as one.
 * @param hidden keys of the series that are not drawn and not summed
 */
export function networkPanel(points, latest, hidden = new Set(HIDDEN_AT_FIRST)) {
    const legend = seriesOf(busiest(points)).map((one) => ({ ...one, off: hidden.has(one.key) }));
    const series = legend.filter(({ off }) => !off);
    const top = peak(points, series, "up");
    const bottom = peak(points, series, "down");
    return {
        id: "network",
        title: "Network",
        kind: "mirror",
        points,
        series,
        legend,
        toggles: true,
        domain: [-bottom, top],
        ticks: byteTicks(-bottom, top, 6),
        tick: (value) => bytesTick(Math.abs(value)) + (value === 0 ? "" : "/s"),
        format: rate,
        headline: (point) => `↓ ${rate(total(series, "up", point))}  ↑ ${rate(total(series, "down", point))}`,
        note: "",
    };
}

function readers(picks) {
    const read = (field) => (point) => sum(...(point.interfaces ?? []).filter(picks).map((entry) => entry[field]));
    return { up: read("rx"), down: read("tx"), value: read("rx") };
}

function seriesOf(names) {
    const others = names.filter((name) => name !== LOOPBACK);
    const rest = new Set(others.slice(SHOWN));
    const one = (key, label, hue, picks) => ({ key, label, hue, ...readers(picks) });
    const single = (name, hue) => one(`if:${name}`, name, hue, (entry) => entry.name === name);
    const series = others.slice(0, SHOWN).sort().map((name, i) => single(name, i + 1));
    if (rest.size > 0) series.push(one("others", `${rest.size} others`, 7, (entry) => rest.has(entry.name)));
    if (names.includes(LOOPBACK)) series.push(single(LOOPBACK, 6));
    return series;
}

const total = (series, direction, point) => sum(...series.map((one) => one[direction](point)));

function busiest(points) {
    const totals = new Map();
    for (const point of points) {
        for (const { name, rx, tx } of point.interfaces ?? []) {
            totals.set(name, (totals.get(name) ?? 0) + (rx ?? 0) + (tx ?? 0));
        }
    }
    return [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
}

// At least 1 KiB/s, so that an idle line lies flat instead of showing noise as hills.
function peak(points, series, direction) {
    let highest = 1024;
    for (const point of points) {
        for (const one of series) highest = Math.max(highest, one[direction](point) ?? 0);
    }
    return highest * 1.08;
}
