import { pointsSince, withGaps } from "../history.js";
import { MISSED_INTERVALS } from "../host.js";
import { cpuPanel } from "./cpu.js";
import { loadPanel } from "./load.js";
import { memoryPanel } from "./memory.js";
import { networkPanel } from "./network.js";
import { tcpPanel } from "./tcp.js";

// Each panel is a description: what to draw, in which unit, with which words. The views only draw.
export const PANELS = [
    { id: "cpu", probe: "top", describe: cpuPanel },
    { id: "network", probe: "netstat", describe: networkPanel },
    { id: "memory", probe: "top", describe: memoryPanel },
    { id: "load", probe: "top", describe: loadPanel },
    { id: "tcp", probe: "netstat", describe: tcpPanel },
];

/** The points of a probe from `start` on, with holes where samples are missing. */
export function visiblePoints(probe, start) {
    if (!probe) return [];
    return withGaps(pointsSince(probe.history.points, start), MISSED_INTERVALS * probe.intervalMs);
}
