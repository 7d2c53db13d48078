import { createClock } from "./clock.js";
import { connect, tokenStore } from "./connection.js";
import { el } from "./dom.js";
import { Choice } from "./model/choice.js";
import { Fleet } from "./model/fleet.js";
import { createConnectionState } from "./views/connectionState.js";
import { createEmptyState } from "./views/emptyState.js";
import { createHostList } from "./views/hostList.js";
import { createViewState, fromHash, toHash } from "./model/viewState.js";
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
const view = createViewState(fromHash(location.hash));
const choice = new Choice(view.state.host);
let connection = { name: "connecting" };

const state = createConnectionState({ onToken: (value) => link.retryWith(value) });
const range = createRangeControl({ onChange: (ms) => view.follow(ms) });
const hosts = createHostList({ onChoose: choose });
const page = createHostPage({ clock, view, fleet });
const empty = createEmptyState({ hostname: location.hostname });

document.getElementById("app").replaceChildren(
    el("header", { class: "top" }, el("h1", { text: "StreamAssembler" }), range.node, state.node),
    hosts.node,
    el("main", {}, state.prompt, empty.node, page.node),
);

function choose(name) {
    choice.wish(name);
    view.toHost(name);
}

view.subscribe((next, before) => {
    if (next.cursor !== before.cursor) clock.mark("cursor");
    else clock.mark("choice");
    if (next.cursor === before.cursor) history.replaceState(null, "", `#${toHash(next)}`);
});
const keys = new Map(page.commands.flatMap((command) => command.keys.map((key) => [key, command.run])));
keys.set(" ", () => view.pause(!view.state.paused));
keys.set("Escape", () => view.live());
document.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.target.closest?.("input, select, textarea")) return;
    if (event.key === " " && event.target.closest?.("button, a, summary")) return;
    if (keys.get(event.key) && keys.get(event.key)(event) !== false) event.preventDefault();
});

const chosen = () => {
    const host = choice.host(fleet);
    if (host && view.state.page !== "host") view.toHost(host.name);
    return host;
};

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
clock.paint(["host", "choice"], { everyMs: 1000 }, (at) => {
    const host = chosen();
    if (host) page.paintCharts(host, at);
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
