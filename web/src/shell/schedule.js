import { setText } from "../views/dom.js";

// Silence is told only after the page has been live for a while: what a new connection brings comes first.
const SETTLED_MS = 3000;

/** What is painted when: every task of the page's one frame loop that is not a view's own. */
export function schedule({
    clock, now, wallClock, view, fleet, overview, hearing, shown, watch, announcer, announced, paintDelay, frame, fleetPage, hostPage,
    generic, missing, empty, alarmsDialog, switcher, onHearing,
}) {
    let isFleetPainted = false;

    // First of all: what follows in this frame is painted after it.
    clock.paint([], { everyMs: 200 }, (at) => {
        if (hearing.look(at, wallClock(), fleet.hosts)) onHearing();
    });
    clock.paint(["fleet", "choice"], { everyMs: 1000, restMs: 200 }, (at) => {
        fleetPage.node.hidden = view.state.page !== "fleet" || fleet.hosts.length === 0;
        if (fleetPage.node.hidden) return;
        if (view.state.paused && isFleetPainted) return fleetPage.hear(hearing.isHearing);
        isFleetPainted = true;
        fleetPage.paint(overview.entries(at), { hostOf: (name) => fleet.host(name), asideOf: (name) => fleet.aside(name), now: at });
        paintDelay.painted(now());
    });
    clock.paint(["frame", "choice"], { everyMs: 500, restMs: 100 }, (at) => {
        const host = shown();
        hostPage.node.parentNode.hidden = host === null;
        missing.hidden = view.state.page !== "host" || host !== null || fleet.hosts.length === 0;
        setText(missing.firstChild, `Unknown host: ${view.state.host}`);
        empty.paint({ connection: hearing.connection, hasHost: fleet.hosts.length > 0 });
        document.title = `${hearing.isHearing ? "" : "(not live) "}${host ? `${host.name} · ` : ""}StreamAssembler`;
        frame.paint({ at, host, hearing });
        alarmsDialog.paint();
        switcher.paint(overview.entries(at));
        const message = announcer.due(at);
        if (message) setText(announced, message);
    });
    clock.paint(["host", "choice"], { everyMs: 1000, restMs: 100 }, (at) => {
        const host = shown();
        if (!host) return;
        hostPage.paintHeader(host);
        generic.paint(host, at, hostPage.momentOfProbe(host));
    });
    clock.paint(["host", "choice"], { everyMs: 1000 }, (at) => {
        const host = shown();
        if (!host) return;
        hostPage.paintCharts(host, at);
        paintDelay.painted(now());
    });
    clock.paint(["host", "choice", "tables"], { everyMs: 1000 }, (at) => {
        const host = shown();
        if (host) hostPage.paintTables(host, at);
    });
    clock.paint(["choice"], { everyMs: 200 }, (at) => {
        const host = shown();
        if (host) hostPage.tick(host, at, wallClock(), overview.truth(host, at));
    });
    clock.paint([], { everyMs: 1000 }, (at) => {
        // What the page itself does not hear says nothing of the hosts.
        if (hearing.isHearing && wallClock() - hearing.since > SETTLED_MS) watch.silence(fleet.hosts, at);
    });
}
