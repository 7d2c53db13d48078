import { timeOfDay } from "../model/format.js";
import { linkWord } from "../model/linkWords.js";
import { createBanner } from "./banner.js";
import { createRangeControl } from "./rangeControl.js";
import { clockWords, createStatusBar } from "./statusBar.js";
import { createTopBar } from "./topBar.js";

/** Head, banner and foot of the page. */
export function createFrame({
    view, state, overview, paintDelay, toPage, fleet, openFleet, openSwitcher, openAlarms, openHelp, copyLink,
}) {
    const range = createRangeControl({ view });
    const top = createTopBar({
        view, range, state, onFleet: openFleet, onSwitch: openSwitcher, onAlarms: openAlarms, onHelp: openHelp, onLink: copyLink,
    });
    const banner = createBanner();
    const status = createStatusBar();

    return {
        top: top.node,
        banner: banner.node,
        foot: status.node,
        linked: top.linked,
        paint({ at, host, hearing }) {
            const { connection, since, pausedAt, waiting } = hearing;
            const { page, paused, tz } = view.state;
            const hosts = host ? [host] : fleet.hosts;
            const lasting = overview.entries(at).reduce((all, { alarms }) => all + alarms, 0);
            top.paint({ page, host: view.state.host, hasHosts: fleet.hosts.length > 0, lasting });
            banner.paint({
                connection, sinceText: timeOfDay(since, tz), paused: paused && page === "fleet", pausedText: timeOfDay(pausedAt, tz), waiting,
            });
            status.node.hidden = fleet.hosts.length === 0;
            const path = host && fleet.aside(host.name).path;
            const skewed = host ? [path.skewMs(at)].filter(Boolean).map((skewMs) => ({ skewMs })) : overview.skewed(at);
            status.paint({
                link: linkWord(connection),
                // Delays of then would speak of a stream that flows.
                toDaemonMs: !hearing.isHearing ? null : host ? path.delayMs(at) : overview.medianDelay(at),
                toPageMs: hearing.isHearing ? toPage.delayMs(at) : null,
                toPaintMs: hearing.isHearing ? paintDelay.lastMs : null,
                skews: clockWords(skewed),
                cost: overview.cost(hosts),
                faults: fleet.faults?.words ?? "",
            });
        },
    };
}
