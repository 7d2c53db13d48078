import { connect } from "./connection.js";

/** Takes what the server sends into the model, and marks what has to be painted. */
export function follow({
    io, token, path, now, wallClock, view, fleet, hearing, clock, watch, past, toPage, paintDelay, fleetPage, onHearing, isChosen, openAlone,
}) {
    /** Other hosts than before. A single one opens by itself, unless the reader went elsewhere. */
    function settle() {
        const names = new Set(fleet.hosts.map(({ name }) => name));
        watch.only(names);
        fleetPage.reset(names);
        if (!isChosen() && view.state.page === "fleet" && names.size === 1) openAlone([...names][0]);
        clock.mark("fleet", "host", "choice", "frame");
    }

    return connect({
        io,
        token,
        path,
        now,
        on: {
            heartbeat() {
                hearing.word(now(), wallClock(), { isBeat: true });
            },
            updates(snapshot, meta) {
                hearing.word(now(), wallClock(), { hasSamples: true });
                fleet.replace(snapshot, meta, now());
                past.forget();
                settle();
                if (view.state.page === "host") past.ask(view.state.host);
            },
            dUpdates(samples, meta) {
                const at = now();
                hearing.word(at, wallClock(), { hasSamples: samples?.length > 0 });
                const before = fleet.hosts.length;
                // What was missed comes late: it says nothing of the way that samples take.
                const isLive = meta?.reason !== "resume";
                const names = fleet.append(samples, at, isLive ? meta?.now ?? null : null, meta);
                if (isLive) toPage.put(wallClock() - meta?.now, at);
                if (view.state.paused) hearing.waiting += samples.length;
                if (fleet.hosts.length !== before) settle();
                fleetPage.changed(names);
                // Charts and tables are of one host: the samples of a hundred others do not repaint them.
                const isShown = view.state.page === "fleet" || names.has(view.state.host);
                if (isShown && !view.state.paused && !document.hidden) paintDelay.arrived(at);
                if (view.state.page === "fleet") clock.mark("fleet");
                else if (isShown) clock.mark("host");
            },
            gone(gone) {
                hearing.word(now(), wallClock());
                fleet.drop(gone);
                settle();
            },
            state(next) {
                if (hearing.connected(next, now(), wallClock())) onHearing();
            },
        },
    });
}
