import { timeOfDay } from "./format.js";
import { skewWords } from "./delays.js";
import { unheardWords } from "./linkWords.js";
import { worstProcess } from "./vitals.js";

/** What is known of every host at a moment, in a few plain fields: for cards, the switcher and the frame. */
export function createOverview({ fleet, watch, view, wallClock, hearing }) {
    // Where one probe of a host stands still while another goes on, its last figures say nothing of now.
    const known = (host, probe, at) => host.probe(probe) !== null && (!host.probe(probe).isStale(at) || host.isStale(at));
    return {
        entries(at) {
            const counts = watch.counts();
            const wall = wallClock();
            const { isHearing } = hearing;
            return fleet.hosts.map((host) => {
                const vitals = fleet.aside(host.name).vitals.now;
                const { cpu, memory, memoryKiB, load, cpus, iowait, swap, pressure, disk } = known(host, "top", at) ? vitals : {};
                const { rx, tx, retrans } = known(host, "netstat", at) ? vitals : {};
                const ageMs = host.ageMs(at);
                const stale = host.isStale(at);
                return {
                    name: host.name, cpu, memory, memoryKiB, load, cpus, iowait, swap, pressure, disk, retrans, ageMs, stale,
                    get top() {
                        return known(host, "top", at) ? worstProcess(host.probe("top").latest) : null;
                    },
                    network: rx == null && tx == null ? null : (rx ?? 0) + (tx ?? 0),
                    // A host that nobody can hear is called neither live nor silent.
                    state: !isHearing ? "unheard" : stale ? "stale" : "live",
                    since: stale ? timeOfDay(wall - ageMs, view.state.tz) : "",
                    alarms: counts.get(host.name) ?? 0,
                };
            });
        },
        /** What the head of a host's page says beside its figures. */
        truth(host, at) {
            return {
                unheard: hearing.isHearing ? null : unheardWords(hearing.connection, timeOfDay(hearing.since, view.state.tz)),
                skew: skewWords(fleet.aside(host.name)?.path.skewMs(at) ?? 0),
                tz: view.state.tz,
            };
        },
        /** `{name, skewMs}` of every host whose clock is wrong. */
        skewed(at) {
            return fleet.hosts
                .map(({ name }) => ({ name, skewMs: fleet.aside(name).path.skewMs(at) }))
                .filter(({ skewMs }) => skewMs !== 0);
        },
        /** The median delay of all hosts' newest samples on the way to the daemon. */
        medianDelay(at) {
            const known = fleet.hosts.map(({ name }) => fleet.aside(name).path.delayMs(at)).filter((ms) => ms !== null);
            return known.sort((a, b) => a - b)[Math.floor(known.length / 2)] ?? null;
        },
        /** The collectors' cost, of one host or the mean of all. */
        cost(hosts) {
            const known = hosts.map(({ name }) => fleet.aside(name).vitals.cost).filter(({ us }) => us !== null);
            const mean = (field) => known.reduce((all, cost) => all + (cost[field] ?? 0), 0) / known.length;
            return known.length === 0 ? { us: null, percent: null } : { us: mean("us"), percent: mean("percent") };
        },
    };
}
