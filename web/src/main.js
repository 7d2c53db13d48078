import { createClock } from "./clock.js";
import { connect, tokenStore } from "./connection.js";
import { el } from "./dom.js";
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
let wished = new URLSearchParams(location.hash.slice(1)).get("host");
let connection = { name: "connecting" };

const state = createConnectionState({ onToken: (value) => link.retryWith(value) });
const range = createRangeControl({ onChange: () => clock.mark("data") });
const hosts = createHostList({ onChoose: choose });
const page = createHostPage({ clock });
const empty = createEmptyState({ hostname: location.hostname });

document.getElementById("app").replaceChildren(
    el("header", { class: "top" }, el("h1", { text: "StreamAssembler" }), range.node, state.node),
    hosts.node,
    el("main", {}, state.prompt, empty.node, page.node),
);

function choose(name) {
    wished = name;
    history.replaceState(null, "", `#${new URLSearchParams({ host: name })}`);
    clock.mark("data");
}

const chosen = () => (wished !== null && fleet.host(wished)) || fleet.hosts[0] || null;

clock.paint(["data"], 1000, (at) => {
    const host = chosen();
    page.node.hidden = host === null;
    hosts.node.hidden = host === null;
    hosts.paint(fleet.hosts, host, at);
    hosts.tick(at);
    empty.paint({ connection, hasHost: host !== null });
    if (host) {
        page.paintHeader(host);
        page.tick(host, at, Date.now());
    }
});
clock.paint(["data", "cursor"], 1000, (at) => {
    const host = chosen();
    if (host) page.paintCharts(host, at, range.ms);
});
clock.paint(["data", "tables"], 1000, (at) => {
    const host = chosen();
    if (host) page.paintTables(host, at);
});
clock.paint([], 200, (at) => {
    hosts.tick(at);
    const host = chosen();
    if (host) page.tick(host, at, Date.now());
});

const link = connect({
    io: globalThis.io,
    token,
    on: {
        updates: (snapshot, meta) => changed(() => fleet.replace(snapshot, meta, now())),
        dUpdates: (samples) => changed(() => fleet.append(samples, now())),
        gone: (gone) => changed(() => fleet.drop(gone)),
        state: (next) => changed(() => {
            connection = next;
            state.show(next);
        }),
    },
});

function changed(apply) {
    apply();
    clock.mark("data");
}

clock.start();
