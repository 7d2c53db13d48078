import { connect } from "./connection.js";

/**
 * Takes what the server sends into the session, and marks what has to be painted.
 * @param onHosts called with the names of all hosts after some came or went
 * @param onSamples called with the names of the hosts that new samples are of
 * @param onLink called when the state of the link has changed
 * @param onHeard called after anything came
 */
export function follow(session, { io, token, path, past, onHosts, onSamples, onLink, onHeard }) {
    const { clock, delays, fleet, held, link, view, wallClock } = session;
    const now = () => session.now();
    const received = (what) => {
        link.received(now(), wallClock(), what);
        onHeard();
    };

    function takeSamples(samples, meta) {
        const at = now();
        // Samples that were missed come late: they say nothing about how long samples take.
        const isLive = meta?.reason !== "resume";
        const names = fleet.append(samples, at, isLive ? meta?.now ?? null : null, meta);
        if (isLive) delays.toPage.put(wallClock() - meta?.now, at);
        if (view.state.paused) session.pause.waiting += samples.length;
        onSamples(names);
        // Charts and tables are of one host: the samples of a hundred others do not repaint them.
        const isShown = view.state.page === "fleet" || names.has(view.state.host);
        if (isShown && !view.state.paused && !document.hidden) delays.drawing.arrived(at);
        if (view.state.page === "fleet") clock.mark("fleet");
        else if (isShown) clock.mark("host");
    }

    return connect({
        io,
        token,
        path,
        now,
        on: {
            heartbeat: () => received({ isBeat: true }),
            updates(snapshot, meta) {
                received({ hasSamples: true });
                held.told(meta);
                fleet.replace(snapshot, meta, now());
                past.forget();
                onHosts(session.hostsChanged());
                if (view.state.page === "host") past.ask(view.state.host);
                past.askTrends(onSamples);
            },
            dUpdates(samples, meta) {
                received({ hasSamples: samples?.length > 0 });
                held.told(meta);
                const before = fleet.hosts.length;
                takeSamples(samples, meta);
                if (fleet.hosts.length !== before) onHosts(session.hostsChanged());
            },
            details(list) {
                received();
                fleet.takeDetails(list);
                if (view.state.page === "host") clock.mark("host");
            },
            whole(isWhole) {
                fleet.takesFigures = !isWhole;
            },
            gone(gone) {
                received();
                fleet.drop(gone);
                onHosts(session.hostsChanged());
            },
            state(next) {
                if (link.changed(next, now(), wallClock())) onLink();
            },
        },
    });
}
