/**
 * What a probe's tables show at the moment `at`, null for the present: `{sample, t, state}` with the newest sample at
 * or before it. `state`: `live`, `past`, `gap` (no sample came for long before `at`), `none` (nothing that early),
 * `lost` (it came, but its tables are no longer kept).
 */
export function momentOf(store, host, probeName, at) {
    const probe = host?.probe(probeName);
    if (!probe) return { sample: null, t: null, state: "none" };
    if (at === null) return { sample: probe.latest, t: probe.history.newestT, state: "live" };
    const { ring } = probe.history;
    if (!ring) {
        const kept = store.at(host.name, probeName, at);
        return kept ? { sample: kept.sample, t: kept.t, state: "past" } : { sample: null, t: null, state: "none" };
    }
    const place = ring.indexAt(at);
    if (place < 0) return { sample: null, t: null, state: "none" };
    const t = ring.times[place];
    const kept = store.at(host.name, probeName, at);
    if (kept === null || kept.t < t) return { sample: null, t, state: "lost" };
    return { sample: kept.sample, t, state: at - t > probe.longestMs ? "gap" : "past" };
}

/**
 * Why a table is empty, in words; an empty text where it is not for want of a sample.
 * @param range what it shows instead of a moment
 */
export function emptiness({ state, sample }, range = null) {
    if (range) return range.count > 0 ? "" : "There are no samples in this range.";
    if (sample) return "";
    if (state === "lost") return "The table of that second is no longer kept.";
    if (state === "none") return "There are no samples that old.";
    return "";
}
