// How many moments explain a range, and how many the minute before a spike: each is the whole samples of a second.
const RANGE_MOMENTS = 40;
const BEFORE = 8;
const AFTER = 2;
const COMPARED_MS = 60_000;
const TRIES = 5;
const KEPT = 4096;
const GLOB = /[*?[\]\\]/;

/** Asks the server for the whole samples of single moments, whose tables the page does not hold. */
export function createMoments(session, { reader, later = setTimeout }) {
    const { clock, fleet, view } = session;
    const { store } = fleet;
    const asked = new Set();
    let filled = 0;

    /** Whether it is the first time that somebody asks for it. */
    function isNew(key) {
        if (asked.has(key)) return false;
        if (asked.size >= KEPT) asked.clear();
        asked.add(key);
        return true;
    }

    async function get(host, t, probe = null) {
        const fields = [["host", host], ["t", Math.floor(t)], ...(probe === null ? [] : [["probe", probe]])];
        for (let left = TRIES; left > 0; left -= 1) {
            const { answer, waitMs } = await reader.get("at", fields);
            if (answer) {
                fleet.keepMoments(answer.samples, answer);
                filled += 1;
            }
            if (!waitMs) return answer?.samples ?? [];
            await new Promise((resolve) => later(resolve, waitMs));
        }
        return [];
    }

    async function getEach(host, times, isWanted) {
        for (const t of times) {
            if (!isWanted()) return;
            await get(host, t);
            clock.mark("host");
        }
    }

    const can = (host) => fleet.takesFigures && !GLOB.test(host);

    return {
        /** How many moments came so far. */
        filled: () => filled,
        /** The tables of one moment. */
        async moment(host, t) {
            if (!can(host) || !isNew(`${host} ${t}`)) return;
            store.await(host, t);
            await get(host, t);
            store.await(null, null);
            clock.mark("host");
        },
        /** What the moment is compared with. */
        async around(host, t) {
            if (!can(host) || !isNew(`around ${host} ${t}`)) return;
            const step = COMPARED_MS / BEFORE;
            const times = [...Array(BEFORE).keys()].map((i) => t - 1000 - i * step);
            const later = [...Array(AFTER).keys()].map((i) => t + (i + 1) * (COMPARED_MS / (AFTER + 1)));
            await getEach(host, [...times, ...later], () => view.state.host === host && view.state.pinnedAt === t);
        },
        /** Some of the moments of a range, evenly taken. `times`: of all its points. */
        async range(host, probe, [from, to], times) {
            const { span } = view.state;
            if (!can(host) || times.length === 0 || !isNew(`range ${host} ${from} ${span.to ?? to}`)) return;
            const held = new Set(store.times(host, probe));
            const step = Math.max(1, times.length / RANGE_MOMENTS);
            const wanted = [];
            for (let i = times.length - 1; i >= 0; i -= step) wanted.push(times[Math.round(i)]);
            await getEach(host, wanted.filter((t) => !held.has(t)), () => view.state.host === host && view.state.span === span);
        },
        /** One whole sample, null where there is none. */
        whole: async (host, probe, t) => (can(host) ? (await get(host, t, probe))[0] ?? null : null),
    };
}
