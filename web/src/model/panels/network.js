import { bytesTick, rate } from "../format.js";
import { deviceSeries, mirrored } from "./series.js";
import { mirroredTicks } from "./ticks.js";

const LOOPBACK = "lo";

/** Hidden until asked for: the loopback counts every byte twice, and none of them left the machine. */
export const HIDDEN_AT_FIRST = [`if:${LOOPBACK}`];

/**
 * Bytes per second by interface: received upwards, sent downwards; the busiest by name, the rest as one.
 * @param hidden keys of the series that are not drawn and not summed
 */
export function networkPanel(slice, hidden = new Set(HIDDEN_AT_FIRST)) {
    const all = deviceSeries(slice, { prefix: "if", up: "rx", down: "tx", last: [LOOPBACK] });
    const legend = all.map((one) => ({ ...one, off: hidden.has(one.key) }));
    // At least 1 KiB/s, so that an idle line lies flat instead of showing noise as hills.
    const panel = mirrored(slice, legend, legend.filter(({ off }) => !off), 1024);
    return {
        ...panel,
        title: "Network",
        toggles: true,
        ways: ["↓", "↑"],
        ticks: mirroredTicks(panel.domain),
        tick: (value) => bytesTick(Math.abs(value)),
        halves: ["received", "sent"].map((word) => `${word} per second`),
        format: rate,
        headline: (index) => `↓ ${rate(panel.total("up", index))}  ↑ ${rate(panel.total("down", index))}`,
        note: "",
    };
}
