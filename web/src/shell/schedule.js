import { setText } from "../views/dom.js";

// Silence counts only after the page has been live for a while: what a new connection brings comes first.
const SETTLED_MS = 3000;

/** What is painted when: every task of the page's paint loop that is not a view's own. */
export function schedule(session, parts) {
    const { frame, fleetPage, hostPage, probes, unknownHost, empty, alarmsDialog, switcher, announced, tab, onLink } = parts;
    const { announcer, clock, delays, fleet, link, overview, view, wallClock, watch } = session;
    let isFleetPainted = false;
    /** A task of the page of one host, while one is open. */
    const forHost = (paint) => (at) => session.shownHost && paint(session.shownHost, at);

    // First of all: what follows in this frame is painted after it.
    clock.paint([], { everyMs: 200 }, (at) => {
        if (link.check(at, wallClock(), fleet.hosts)) onLink();
    });
    clock.paint(["fleet", "choice"], { everyMs: 1000, restMs: 200 }, (at) => {
        fleetPage.node.hidden = view.state.page !== "fleet" || fleet.hosts.length === 0;
        if (fleetPage.node.hidden) return;
        if (view.state.paused && isFleetPainted) {
            fleetPage.showHeard(link.hearsHosts);
            return;
        }
        isFleetPainted = true;
        fleetPage.paint(at);
        delays.drawing.painted(session.now());
    });
    clock.paint(["frame", "choice"], { everyMs: 500, restMs: 100 }, (at) => {
        const host = session.shownHost;
        hostPage.node.parentNode.hidden = host === null;
        unknownHost.paint(view.state.page === "host" && host === null && fleet.hosts.length > 0 ? view.state.host : null);
        empty.paint({ connection: link.state, hasHost: fleet.hosts.length > 0 });
        tab.paint(at);
        frame.paint(at, host);
        alarmsDialog.paint();
        switcher.paint();
        const message = announcer.due(at);
        if (message) setText(announced, message);
    });
    clock.paint(["host", "choice"], { everyMs: 1000, restMs: 100 }, forHost((host, at) => {
        hostPage.paintHeader(host);
        probes.paint(host, at, hostPage.momentOfProbe(host));
    }));
    clock.paint(["host", "choice"], { everyMs: 1000 }, forHost((host, at) => {
        hostPage.paintCharts(host, at);
        delays.drawing.painted(session.now());
    }));
    clock.paint(["host", "choice", "tables"], { everyMs: 1000 }, forHost((host, at) => hostPage.paintTables(host, at)));
    clock.paint(["choice"], { everyMs: 200 }, forHost((host, at) => hostPage.tick(host, at)));
    clock.paint([], { everyMs: 1000 }, (at) => {
        // While the page itself hears nothing, silence says nothing about the hosts.
        if (link.hearsHosts && wallClock() - link.since > SETTLED_MS) watch.silence(fleet.hosts, at);
    });
}
