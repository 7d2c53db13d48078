import { bindAddress, copyText } from "./address.js";
import { alarmStore } from "./alarmStore.js";
import { createClock } from "./clock.js";
import { createCommands } from "./commands.js";
import { connect, tokenStore } from "./connection.js";
import { el, setText } from "./dom.js";
import { listen } from "./keys.js";
import { Announcer } from "./model/announcer.js";
import { PaintDelay, Stretch } from "./model/delays.js";
import { Fleet } from "./model/fleet.js";
import { createViewState, INITIAL, toHash, setters } from "./model/viewState.js";
import { createOverview } from "./overview.js";
import { createPast } from "./past.js";
import { applyTheme, darkQuery, preferences } from "./theme.js";
import { createAlarmsDialog } from "./views/alarmsDialog.js";
import { createConnectionState } from "./views/connectionState.js";
import { createEmptyState } from "./views/emptyState.js";
import { createFleetPage } from "./views/fleetPage.js";
import { createFrame } from "./views/frame.js";
import { createGenericProbes } from "./views/genericProbe.js";
import { createHelpDialog } from "./views/helpDialog.js";
import { createHostPage } from "./views/hostPage.js";
import { createHostSwitcher } from "./views/hostSwitcher.js";
import { createWatch } from "./watch.js";

const now = () => performance.now();
const wallClock = () => Date.now();
const clock = createClock({
    requestFrame: (frame) => requestAnimationFrame(frame),
    now,
    isHidden: () => document.hidden,
    later(run, ms) {
        const timer = setTimeout(run, ms);
        return () => clearTimeout(timer);
    },
});
const storage = () => localStorage;
const token = tokenStore({ location, history, storage });

const prefer = preferences(storage);
const kept = prefer.read();
const base = setters.inZone(setters.inTheme(INITIAL, kept.theme), kept.tz);
const view = createViewState(base);
// Before the first address is read: what it says of the host is the reader's own choice.
let isChosen = /[#&](host|last)=/.test(location.hash);
const address = bindAddress(view, { base });

const announcer = new Announcer();
const thresholds = alarmStore(storage);
const watch = createWatch({ rules: thresholds.read(), wallClock, say: (line) => announcer.say(line) });
const fleet = new Fleet({
    onSample(host, probe, sample, isLive) {
        if (isLive) watch.sample(host, probe, sample);
    },
});
const toPage = new Stretch();
const paintDelay = new PaintDelay();
const past = createPast({
    token,
    onSamples(host, samples, serverNow) {
        fleet.fill(samples, now(), serverNow);
        if (view.state.host === host) clock.mark("host");
    },
});
let connection = { name: "connecting", attempt: 0 };
let connectionSince = wallClock();
let heardWhilePaused = 0;
let pausedAt = null;

const shown = () => (view.state.page === "host" ? fleet.host(view.state.host) : null);
const openFleet = () => {
    isChosen = true;
    const { host } = view.state;
    view.toFleet();
    fleetPage.focusCard(host);
};
const openHost = (name) => {
    isChosen = true;
    view.toHost(name);
    scrollTo(0, 0);
};

const fleetPage = createFleetPage({
    view,
    onOpen: openHost,
    hrefOf: (name) => `#${toHash(setters.toHost(base, name))}`,
    onNeed: () => clock.mark("fleet"),
});
const hostPage = createHostPage({ clock, view, fleet });
const generic = createGenericProbes();
const empty = createEmptyState({ hostname: location.hostname });
const state = createConnectionState({ onToken: (value) => link.retryWith(value) });
const overview = createOverview({ fleet, watch, view, wallClock, connection: () => connection });
const switcher = createHostSwitcher({ onChoose: openHost });
const openSwitcher = () => switcher.open(overview.entries(now()), view.state.host);
const alarmsDialog = createAlarmsDialog({
    alarms: watch.alarms,
    view,
    wallClock,
    onRules(rules) {
        thresholds.write(rules);
        watch.alarms.setRules(rules, wallClock());
        clock.mark("frame", "fleet");
    },
    onOpen({ host, at }) {
        openHost(host);
        const skewMs = fleet.aside(host)?.path.skewMs(now()) ?? 0;
        view.pin(at - skewMs);
    },
});
const copyLink = async () => frame.linked(await copyText(address.link()));
const commands = [...createCommands({
    view, fleet, openHost, openFleet, openSwitcher, copyLink,
    openAlarms: () => alarmsDialog.open(),
    openHelp: () => help.open(),
    focusFilter: () => (view.state.page === "fleet" ? fleetPage.focusFilter()
        : document.querySelector('[data-table="processes"] input[type="search"]')?.focus()),
}), ...hostPage.commands];
const help = createHelpDialog({ commands });
listen(commands);

const frame = createFrame({
    view, state, overview, paintDelay, toPage, fleet, openFleet, openSwitcher, copyLink,
    openAlarms: () => alarmsDialog.open(),
    openHelp: () => help.open(),
});
const announced = el("p", { class: "unseen", role: "status" });
const missing = el("section", { class: "unknown panel", hidden: true }, el("h2"),
    el("p", { text: "No sample of it is held here. It may be gone, or not yet have reported." }),
    el("button", { type: "button", class: "primary", text: "All hosts", onclick: openFleet }));
document.getElementById("app").replaceChildren(
    frame.top, frame.banner,
    el("main", { tabindex: -1 }, state.prompt, empty.node, missing, fleetPage.node, el("div", { class: "host-page" }, hostPage.node, generic.node)),
    frame.foot, announced, switcher.node, alarmsDialog.node, help.node);

view.subscribe((next, before) => {
    if (next.theme !== before.theme) restyle();
    if (next.theme !== before.theme || next.tz !== before.tz) prefer.write(next);
    if (next.paused !== before.paused) {
        pausedAt = next.paused ? wallClock() : null;
        heardWhilePaused = 0;
    }
    if (next.page === "host" && (next.host !== before.host || before.page !== "host")) past.ask(next.host);
    // The shared cursor moves with the pointer: it needs the charts alone.
    const quiet = next.cursor !== before.cursor;
    clock.mark(...(quiet ? ["cursor"] : ["cursor", "choice", "frame", "fleet", "host", "tables"]));
});
function restyle() {
    applyTheme(view.state.theme);
    fleetPage.restyle();
    clock.mark("fleet", "host", "choice");
}
restyle();
darkQuery().addEventListener("change", restyle);

clock.paint(["fleet", "choice"], { everyMs: 1000, restMs: 200 }, (at) => {
    fleetPage.node.hidden = view.state.page !== "fleet" || fleet.hosts.length === 0;
    if (fleetPage.node.hidden || (view.state.paused && fleetPage.painted)) return;
    fleetPage.painted = true;
    fleetPage.paint(overview.entries(at), { hostOf: (name) => fleet.host(name), asideOf: (name) => fleet.aside(name), now: at });
    paintDelay.painted(now());
});
clock.paint(["frame", "choice"], { everyMs: 500, restMs: 100 }, (at) => {
    const host = shown();
    hostPage.node.parentNode.hidden = host === null;
    missing.hidden = view.state.page !== "host" || host !== null || fleet.hosts.length === 0;
    setText(missing.firstChild, `${view.state.host} is not known`);
    empty.paint({ connection, hasHost: fleet.hosts.length > 0 });
    document.title = host ? `${host.name} · StreamAssembler` : "StreamAssembler";
    frame.paint({ at, host, connection, connectionSince, pausedAt, waiting: heardWhilePaused });
    alarmsDialog.paint();
    switcher.paint(overview.entries(at));
    const message = announcer.due(at);
    if (message) setText(announced, message);
});
clock.paint(["host", "choice"], { everyMs: 1000, restMs: 100 }, (at) => {
    const host = shown();
    if (!host) return;
    hostPage.paintHeader(host);
    generic.paint(host, at);
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
    if (host) hostPage.tick(host, at, wallClock(), overview.truth(host, at, connectionSince));
});
clock.paint([], { everyMs: 1000 }, (at) => {
    // What the page itself does not hear says nothing of the hosts.
    if (connection.name === "live" && wallClock() - connectionSince > 3000) watch.silence(fleet.hosts, at);
});

/** A single host opens by itself, unless the reader went elsewhere. */
function settle() {
    const names = new Set(fleet.hosts.map(({ name }) => name));
    watch.only(names);
    fleetPage.reset(names);
    if (!isChosen && view.state.page === "fleet" && names.size === 1) view.replace(setters.toHost(view.state, [...names][0]));
    clock.mark("fleet", "host", "choice", "frame");
}

const link = connect({
    io: globalThis.io,
    token,
    on: {
        updates(snapshot, meta) {
            fleet.replace(snapshot, meta, now());
            past.forget();
            settle();
            if (view.state.page === "host") past.ask(view.state.host);
        },
        dUpdates(samples, meta) {
            const at = now();
            const before = fleet.hosts.length;
            const isLive = meta?.reason !== "resume";
            const names = fleet.append(samples, at, isLive ? meta?.now ?? null : null);
            if (isLive) toPage.put(wallClock() - meta?.now, at);
            if (view.state.paused) heardWhilePaused += samples.length;
            if (fleet.hosts.length !== before) settle();
            fleetPage.changed(names);
            // Charts and tables are of one host: the samples of a hundred others do not repaint them.
            const isShown = view.state.page === "fleet" || names.has(view.state.host);
            if (isShown && !view.state.paused && !document.hidden) paintDelay.arrived(at);
            if (view.state.page === "fleet") clock.mark("fleet");
            else if (isShown) clock.mark("host");
        },
        gone(gone) {
            fleet.drop(gone);
            settle();
        },
        state(next) {
            if (next.name !== connection.name) {
                connectionSince = wallClock();
                announcer.say(state.words(next));
            }
            connection = next;
            state.show(next);
            clock.mark("fleet", "frame", "choice");
        },
    },
});

clock.start();
