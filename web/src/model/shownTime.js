import { timeOfDay } from "./format.js";

/**
 * Which time a host's page shows, for every part of it alike: `{at, range}`. `at` is null for the present, else the
 * moment whose figures are shown; `range` is `[from, to]` where that is the end of a zoomed range.
 * @param present the host's time now, or when the page was frozen
 * @param frozenAt when it was frozen, null while it is not
 */
export function shownTime({ pinnedAt, span }, present, frozenAt) {
    if (pinnedAt !== null) return { at: pinnedAt, range: null };
    if (!span.ms) return { at: Math.min(span.to, present), range: [span.from, Math.min(span.to, present)] };
    return { at: frozenAt, range: null };
}

/** Of when a table or figure is, in words; empty for the present. `t` is the time of the sample that is shown. */
export const asOf = ({ at }, t, tz) => (at === null ? "" : `at ${timeOfDay(t ?? at, tz)}`);
