import { LONGEST_SPAN_MS, SHORTEST_SPAN_MS } from "./viewState.js";

// Which times the charts show, and where keys and drags lead. Times are epoch ms.

/**
 * The left and right edge: of a zoom its own, else the newest `ms` before `end`; a pinned moment that time has carried
 * out to the left stays in view, a tenth from the edge.
 */
export function domainOf({ span, pinnedAt }, end) {
    if (!span.ms) return [span.from, span.to];
    const from = end - span.ms;
    if (pinnedAt === null || pinnedAt >= from) return [from, end];
    return [pinnedAt - 0.1 * span.ms, pinnedAt + 0.9 * span.ms];
}

/** Zoomed by `factor` (below 1 is nearer) so that `t` stays where it is; never beyond what a span may be. */
export function zoomedAround([from, to], t, factor) {
    const size = Math.min(LONGEST_SPAN_MS, Math.max(SHORTEST_SPAN_MS, (to - from) * factor));
    const share = Math.min(1, Math.max(0, (t - from) / (to - from)));
    return [t - share * size, t + (1 - share) * size];
}

/** What `+` and `-` do to a view: around the moment pointed at or pinned, else nearer to or further from the present. */
export function zoomKey(state, domain, nearer) {
    const around = state.cursor ?? state.pinnedAt;
    const factor = nearer ? 0.5 : 2;
    if (state.span.ms && around === null) {
        return { ms: Math.min(600_000, Math.max(15_000, state.span.ms * factor)) };
    }
    const [from, to] = zoomedAround(domain, around ?? (domain[0] + domain[1]) / 2, factor);
    // Wider than the span it came from there is nothing to be zoomed into.
    return to - from >= state.liveMs ? { ms: state.liveMs } : { from, to };
}

/** The time of the sample `steps` away from `t`; without samples, so many intervals away. */
export function stepped(times, t, steps, [from, to], intervalMs) {
    const start = t ?? to;
    let wanted = start + steps * intervalMs;
    if (times.length > 0 && Math.abs(steps) === 1) {
        const ahead = steps > 0 ? times.find((time) => time > start + 1) : times.findLast((time) => time < start - 1);
        // Across a hole the cursor walks in intervals, as time did.
        if (ahead !== undefined && Math.abs(ahead - start) < 2 * intervalMs) wanted = ahead;
    }
    return Math.min(to, Math.max(from, wanted));
}
