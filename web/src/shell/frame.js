import { timeOfDay } from "../model/format.js";
import { linkWord } from "../model/link/linkWords.js";
import { createBanner } from "./linkNotices.js";
import { clockWords, createStatusBar } from "./statusBar.js";
import { createTopBar } from "./topBar.js";
import { el } from "../views/dom.js";

/** Head, banner and foot of the page. `actions`: what the buttons of the head do. */
export function createFrame(session, actions) {
    const { delays, fleet, link, overview, view } = session;
    const top = createTopBar({ session, ...actions });
    const banner = createBanner();
    const status = createStatusBar();

    function statusAt(at, host) {
        const skewed = host ? [host.path.skewMs(at)].filter(Boolean).map((skewMs) => ({ skewMs })) : overview.skewed(at);
        // While nothing is heard, the last delays would tell of a stream that no longer flows.
        const known = (read) => (link.hearsHosts ? read() : null);
        return {
            link: linkWord(link.state),
            toServerMs: known(() => (host ? host.path.delayMs(at) : overview.medianDelay(at))),
            toPageMs: known(() => delays.toPage.delayMs(at)),
            drawingMs: known(() => delays.drawing.lastMs),
            clocks: clockWords(skewed),
            cost: overview.cost(host ? [host] : fleet.hosts),
            faults: fleet.faults.words,
        };
    }

    return {
        top: top.node,
        foot: el("div", { class: "notices" }, banner.node, status.node),
        linkCopied: top.linkCopied,
        /** `host`: the one whose page is open, else null. */
        paint(at, host) {
            const { page, paused, tz } = view.state;
            const lasting = overview.entries(at).reduce((all, { alarms }) => all + alarms, 0);
            top.paint({ page, host: view.state.host, hasHosts: fleet.hosts.length > 0, lasting });
            banner.paint({
                connection: link.state, sinceText: timeOfDay(link.since, tz),
                // A host's page says it in the line that tells its time.
                paused: paused && page === "fleet", pausedText: timeOfDay(session.pause.at, tz), waiting: session.pause.waiting,
            });
            status.node.hidden = fleet.hosts.length === 0;
            status.paint(statusAt(at, host));
        },
    };
}
