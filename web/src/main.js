import { createClock } from "./clock.js";
import { connect, tokenStore } from "./connection.js";
import { el } from "./dom.js";
import { Choice } from "./model/choice.js";
import { Fleet } from "./model/fleet.js";
import { createConnectionState } from "./views/connectionState.js";
import { createEmptyState } from "./views/emptyState.js";
import { createHostList } from "./views/hostList.js";
import { createHostPage } from "./views/hostPage.js";
import { createRangeControl } from "./views/rangeControl.js";

const now = () => performance.now();
const clock = createClock({
    requestFrame: (frame) => requestAnimationFrame(frame),
    now,
    isHidden: () => document.hidden,
});
const token = tokenStore({ location, history, storage: () => localStorage });
const fleet = new Fleet();
const choice = new Choice(new URLSearchParams(location.hash.slice(1)).get("host"));
let connection = { name: "connecting" };

const state = createConnectionState({ onToken: (value) => link.retryWith(value) });
const range = createRangeControl({ onChange: () => clock.mark("choice") });
const hosts = createHostList({ onChoose: choose });
const page = createHostPage({ clock });
const empty = createEmptyState({ hostname: location.hostname });

document.getElementById("app").replaceChildren(
    el("header", { class: "top" }, el("h1", { text: "StreamAssembler" }), range.node, state.node),
    hosts.node,
    el("main", {}, state.prompt, empty.node, page.node),
);

function choose(name) {
    choice.wish(name);
    history.replaceState(null, "", `#${new URLSearchParams({ host: name })}`);
    clock.mark("choice");
}

const chosen = () => choice.host(fleet);

clock.paint(["hosts", "choice"], { everyMs: 1000, restMs: 100 }, (at) => {
    const host = chosen();
    page.node.hidden = host === null;
    hosts.node.hidden = host === null;
    hosts.paint(fleet.hosts, host, at);
    hosts.tick(at);
    empty.paint({ connection, hasHost: host !== null });
    document.title = host ? `${host.name} · StreamAssembler` : "StreamAssembler";
    if (host) {
        page.paintHeader(host);
        page.tick(host, at, Date.now());
    }
});
clock.paint(["host", "choice", "cursor"], { everyMs: 1000 }, (at) => {
    const host = chosen();
    if (host) page.paintCharts(host, at, range.ms);
});
clock.paint(["host", "choice", "tables"], { everyMs: 1000 }, (at) => {
    const host = chosen();
    if (host) page.paintTables(host, at);
});
clock.paint([], { everyMs: 200 }, (at) => {
    hosts.tick(at);
    const host = chosen();
    if (host) page.tick(host, at, Date.now());
});

const link = connect({
    io: globalThis.io,
    token,
    on: {
        updates(snapshot, meta) {
            fleet.replace(snapshot, meta, now());
            clock.mark("hosts", "host");
        },
        dUpdates(samples) {
            const names = fleet.append(samples, now());
            clock.mark("hosts");
            // Charts and tables are of one host: the samples of a hundred others do not repaint them.
            if (names.has(chosen()?.name)) clock.mark("host");
        },
        gone(gone) {
            fleet.drop(gone);
            clock.mark("hosts", "host");
        },
        state(next) {
            connection = next;
            state.show(next);
            clock.mark("hosts");
        },
    },
});

clock.start();
