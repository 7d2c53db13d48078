const SAMPLES = 1200;
// The server gives so much to one address at a time, and says when there is more.
const BUSY = 429;
const LONGEST_S = 60;
const GLOB = /[*?[\]\\]/;

/** Asks the server for what it holds of a host beyond the snapshot, which many hosts share. */
export function createPast(session, { token, later = setTimeout }) {
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
                if (answer.status === BUSY) {
                    asked.delete(host);
                    const seconds = Number(answer.headers.get("retry-after")) || 1;
                    later(() => view.state.host === host && this.ask(host), 1000 * Math.min(seconds, LONGEST_S));
                    return;
                }
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
