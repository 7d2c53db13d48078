export const MISSED_INTERVALS = 3;
/** A server that follows a hung Redis says so within 6 s by its defaults (`stalled`): here with some room. */
export const REDIS_VERDICT_MS = 10_000;

// The hosts that were heard last of all, within one and a half of their intervals. Nobody has been heard since.
function lastHeard(hosts, now) {
    const silences = hosts.map((host) => host.silentMs(now));
    const least = Math.min(...silences);
    return { least, group: hosts.filter((host, i) => silences[i] - least <= 1.5 * host.intervalMs) };
}

/**
 * The hosts that fell silent together, the last ones that were heard: `{group, areDue}`. What is quiet in several at once
 * is not the fault of each of them. `areDue` where every one of them has missed three samples.
 * Hosts whose silence began when others were still heard, and a host that was the last of all, are in no group.
 */
export function companions(hosts, now) {
    const { group } = lastHeard(hosts, now);
    if (group.length < 2) return { group: new Set(), areDue: false };
    return { group: new Set(group), areDue: group.every((host) => host.isStale(now)) };
}

/**
 * The hosts whose silence may not be their own: those that fell silent together, and the last one that was heard for as
 * long as a server may need to notice that its Redis hangs. While others are heard, Redis works.
 */
export function excused(hosts, now) {
    const { least, group } = lastHeard(hosts, now);
    return new Set(group.length > 1 || least < REDIS_VERDICT_MS ? group : []);
}
