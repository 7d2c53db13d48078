import { isStripped } from "../hosts/details.js";
import { timeOfDay } from "../format.js";

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

/**
 * What a probe's tables show at the moment `at`, null for the present: `{sample, t, state}` with the newest sample at
 * or before it. `state`: `live`, `past`, `gap` (no sample came for long before `at`), `none` (nothing that early),
 * `lost` (it came, but its tables are no longer kept), `asked` (the server is asked for them).
 */
export function momentOf(store, host, probeName, at) {
    const probe = host?.probe(probeName);
    if (!probe) return { sample: null, t: null, state: "none" };
    if (at === null) {
        const { sample, t } = probe.shown;
        return { sample, t, state: sample && isStripped(sample) ? "asked" : "live" };
    }
    const { ring } = probe.history;
    if (!ring) {
        const kept = store.at(host.name, probeName, at);
        return kept ? { sample: kept.sample, t: kept.t, state: "past" } : { sample: null, t: null, state: "none" };
    }
    const place = ring.indexAt(at);
    if (place < 0) return { sample: null, t: null, state: "none" };
    const t = ring.times[place];
    const kept = store.at(host.name, probeName, at);
    if (kept === null || kept.t < t) return { sample: null, t, state: store.isAwaited(host.name, at) ? "asked" : "lost" };
    return { sample: kept.sample, t, state: at - t > probe.longestMs ? "gap" : "past" };
}

/**
 * Why a table is empty, in words; an empty text where it is not for want of a sample.
 * @param range what it shows instead of a moment
 */
export function emptiness({ state, sample }, range = null) {
    if (range) return range.count > 0 ? "" : "There are no samples in this range.";
    if (state === "asked") return "Asking the server for this table …";
    if (sample) return "";
    if (state === "lost") return "The table of that second is no longer kept.";
    if (state === "none") return "There are no samples that old.";
    return "";
}
