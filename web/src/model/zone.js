import { timeOfDay, UNKNOWN } from "./format.js";

/** Time of day in the zone chosen: `utc` or `local`. */
export function timeIn(epochMs, tz) {
    if (!Number.isFinite(epochMs) || Math.abs(epochMs) > 8.64e15) return UNKNOWN;
    return tz === "utc" ? new Date(epochMs).toISOString().slice(-13, -5) : timeOfDay(epochMs);
}
