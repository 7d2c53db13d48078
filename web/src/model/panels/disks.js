import { bytesTick, rate, UNKNOWN, whole } from "../format.js";
import { columnOf, deviceSeries, mirrored, valueAt } from "./series.js";
import { mirroredTicks } from "./ticks.js";

/** Bytes per second by disk: read upwards, written downwards; the busiest by name, the rest as one. */
export function diskPanel(slice, hidden = new Set()) {
    const all = deviceSeries(slice, { prefix: "disk", up: "rd", down: "wr" });
    const legend = all.map((one) => ({ ...one, off: hidden.has(one.key) }));
    const panel = mirrored(slice, legend, legend.filter(({ off }) => !off), 1024);
    const busy = columnOf(slice, "diskUtil");
    const last = slice.end - 1;
    return {
        ...panel,
        title: "Disks",
        toggles: true,
        ways: ["R", "W"],
        ticks: mirroredTicks(panel.domain),
        tick: (value) => bytesTick(Math.abs(value)),
        halves: ["read", "written"].map((word) => `${word} per second`),
        format: rate,
        headline: (index) => `R ${rate(panel.total("up", index))}  W ${rate(panel.total("down", index))}`,
        note: valueAt(busy, last) === null ? UNKNOWN : `${whole(Math.min(100, valueAt(busy, last)))}% busy`,
    };
}
