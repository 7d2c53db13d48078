const SAMPLES = 1200;
const GLOB = /[*?[\]\\]/;

/** Asks the server once for what it holds of a host beyond the snapshot, which many hosts share. */
export function createPast(session, { token }) {
    const { clock, fleet, view } = session;
    const asked = new Set();
    return {
        /** After a new snapshot the server may hold what the page lost. */
        forget: () => asked.clear(),
        async ask(host) {
            // A name with wildcards would bring others' samples.
            if (asked.has(host) || GLOB.test(host)) return;
            asked.add(host);
            const wanted = new URLSearchParams({ host, limit: SAMPLES });
            const held = token.read();
            try {
                const answer = await fetch(`api/v1/window?${wanted}`, held ? { headers: { Authorization: `Bearer ${held}` } } : {});
                if (!answer.ok) return;
                const { samples, now, ...notes } = await answer.json();
                fleet.fill(samples, session.now(), now, notes);
                if (view.state.host === host) clock.mark("host");
            } catch {
                // Without it the page shows what came since it was opened.
                asked.delete(host);
            }
        },
    };
}
