import { skewWords } from "../link/delays.js";
import { timeOfDay } from "../format.js";
import { unheardWords } from "../link/linkWords.js";
import { worstProcess } from "./vitals.js";

/** What is known of every host at a moment, in a few plain fields: for cards, the host switcher and the page's frame. */
export function createOverview({ fleet, link, view, wallClock, watch }) {
    // When one probe of a host stops while another goes on, its last figures say nothing about now.
    const isCurrent = (host, probe, at) => host.probe(probe) !== null && (!host.probe(probe).isStale(at) || host.isStale(at));

    function entryOf(host, at, alarms) {
        const { cpu, memory, memoryKiB, load, cpus, iowait, swap, pressure, disk } = isCurrent(host, "top", at) ? host.vitals.now : {};
        const { rx, tx, retrans } = isCurrent(host, "netstat", at) ? host.vitals.now : {};
        const ageMs = host.ageMs(at);
        const stale = host.isStale(at);
        return {
            name: host.name, cpu, memory, memoryKiB, load, cpus, iowait, swap, pressure, disk, retrans, ageMs, stale, alarms,
            get top() {
                return isCurrent(host, "top", at) ? worstProcess(host.probe("top").latest) : null;
            },
            network: rx == null && tx == null ? null : (rx ?? 0) + (tx ?? 0),
            // While the page hears no host, none is called live or silent.
            state: !link.hearsHosts ? "unheard" : stale ? "stale" : "live",
            since: stale ? timeOfDay(wallClock() - ageMs, view.state.tz) : "",
        };
    }

    return {
        entries(at) {
            const counts = watch.counts();
            return fleet.hosts.map((host) => entryOf(host, at, counts.get(host.name) ?? 0));
        },
        /** What the head of a host's page says besides its figures: why nothing is heard, and how wrong its clock is. */
        notesOn(host, at) {
            const { tz } = view.state;
            return {
                unheard: link.hearsHosts ? null : unheardWords(link.state, timeOfDay(link.since, tz)),
                skew: skewWords(host.path.skewMs(at)),
                tz,
            };
        },
        /** `{name, skewMs}` of every host whose clock is wrong. */
        skewed: (at) => fleet.hosts.map(({ name, path }) => ({ name, skewMs: path.skewMs(at) })).filter(({ skewMs }) => skewMs !== 0),
        /** The median delay of all hosts' newest samples on the way to the server. */
        medianDelay(at) {
            const known = fleet.hosts.map(({ path }) => path.delayMs(at)).filter((ms) => ms !== null);
            return known.sort((a, b) => a - b)[Math.floor(known.length / 2)] ?? null;
        },
        /** What the collectors cost, of one host or the mean of all. */
        cost(hosts) {
            const known = hosts.map(({ vitals }) => vitals.cost).filter(({ us }) => us !== null);
            const mean = (field) => known.reduce((all, cost) => all + (cost[field] ?? 0), 0) / known.length;
            return known.length === 0 ? { us: null, percent: null } : { us: mean("us"), percent: mean("percent") };
        },
    };
}
