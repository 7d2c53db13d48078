export const MISSED_INTERVALS = 3;

/**
 * The hosts that fell silent together, the last ones that were heard: `{group, areDue}`. What is quiet in several at once
 * is not the fault of each of them. `areDue` where every one of them has missed three samples.
 * Hosts whose silence began when others were still heard, and a host that was the last of all, are in no group.
 */
export function companions(hosts, now) {
    const silences = hosts.map((host) => host.silentMs(now));
    const least = Math.min(...silences);
    const group = hosts.filter((host, i) => silences[i] - least <= 1.5 * host.intervalMs);
    if (group.length < 2) return { group: new Set(), areDue: false };
    return { group: new Set(group), areDue: group.every((host) => host.isStale(now)) };
}
