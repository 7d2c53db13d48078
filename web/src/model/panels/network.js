import { bytesTick, rate } from "../format.js";
import { sum } from "../read.js";
import { byteTicks } from "./ticks.js";

const SHOWN = 5;
const OTHERS = "others";
const HUES = [1, 2, 3, 4, 5];

/** Bytes per second by interface: received upwards, sent downwards; the busiest by name, the rest as one. */
export function networkPanel(points) {
    const names = busiest(points);
    const shown = names.slice(0, SHOWN).sort();
    const rest = new Set(names.slice(SHOWN));
    const series = shown.map((name, i) => ({ key: `if:${name}`, label: name, hue: HUES[i], ...readers((entry) => entry.name === name) }));
    if (rest.size > 0) {
        series.push({ key: OTHERS, label: `${rest.size} others`, hue: 7, ...readers((entry) => rest.has(entry.name)) });
    }
    const top = peak(points, series, "up");
    const bottom = peak(points, series, "down");
    return {
        id: "network",
        title: "Network",
        kind: "mirror",
        points,
        series,
        domain: [-bottom, top],
        ticks: [...byteTicks(0, bottom, 2).map((value) => -value), ...byteTicks(0, top, 2)],
        tick: (value) => bytesTick(Math.abs(value)) + (value === 0 ? "" : "/s"),
        format: rate,
        headline: (point) => `↓ ${rate(total(point, "rx"))}  ↑ ${rate(total(point, "tx"))}`,
        note: "all but lo",
    };
}

function readers(picks) {
    const read = (field) => (point) => sum(...(point.interfaces ?? []).filter(picks).map((entry) => entry[field]));
    return { up: read("rx"), down: read("tx"), value: read("rx") };
}

// The loopback counts every byte twice and none of them left the machine.
const total = (point, field) =>
    point ? sum(...(point.interfaces ?? []).filter(({ name }) => name !== "lo").map((entry) => entry[field])) : null;

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
