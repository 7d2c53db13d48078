import { bindAddress, copyText } from "./address.js";
import { alarmStore } from "./alarmStore.js";
import { createClock } from "./paintLoop.js";
import { createCommands } from "./commands.js";
import { tokenStore } from "../stream/connection.js";
import { el } from "../views/dom.js";
import { follow } from "../stream/follow.js";
import { listen } from "./keys.js";
import { Announcer } from "../model/announcer.js";
import { PaintDelay, Stretch } from "../model/delays.js";
import { Fleet } from "../model/fleet.js";
import { Hearing } from "../model/link.js";
import { linkWord } from "../model/linkWords.js";
import { createViewState, INITIAL, toHash, setters } from "../model/viewState.js";
import { createOverview } from "../model/overview.js";
import { createPast } from "../stream/past.js";
import { schedule } from "./schedule.js";
import { applyTheme, darkQuery, preferences } from "./theme.js";
import { createAlarmsDialog } from "../views/alarmsDialog.js";
import { createConnectionState } from "./connectionState.js";
import { createEmptyState } from "./emptyState.js";
import { createFleetPage } from "../views/fleetPage.js";
import { createFrame } from "./frame.js";
import { createGenericProbes } from "../views/genericProbe.js";
import { createHelpDialog } from "./helpDialog.js";
import { createHostPage } from "../views/hostPage.js";
import { createHostSwitcher } from "../views/hostSwitcher.js";
import { keepCopiesPlain } from "./plainCopies.js";
import { createWatch } from "../model/alarmWatch.js";

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
const hearing = new Hearing(now(), wallClock());
const fleet = new Fleet({
    deafMs: (from, to) => hearing.deafMs(from, to),
    onSample(host, probe, sample, isLive) {
        if (isLive) watch.sample(host, probe, sample);
    },
});
const toPage = new Stretch();
const paintDelay = new PaintDelay();
const past = createPast({
    token,
    onSamples(host, samples, serverNow, notes) {
        fleet.fill(samples, now(), serverNow, notes);
        if (view.state.host === host) clock.mark("host");
    },
});
const shown = () => (view.state.page === "host" ? fleet.host(view.state.host) : null);
const openFleet = () => {
    isChosen = true;
    view.toFleet();
};
const openHost = (name) => {
    isChosen = true;
    view.toHost(name);
};

const fleetPage = createFleetPage({
    view,
    onOpen: openHost,
    hrefOf: (name) => `#${toHash(setters.toHost(base, name))}`,
    onNeed: () => clock.mark("fleet"),
});
const hostPage = createHostPage({ clock, view, fleet, hearing });
const generic = createGenericProbes();
const empty = createEmptyState({ hostname: location.hostname });
const state = createConnectionState({ onToken: (value) => link.retryWith(value) });
const overview = createOverview({ fleet, watch, view, wallClock, hearing });
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
keepCopiesPlain();

const frame = createFrame({
    view, state, overview, paintDelay, toPage, fleet, openFleet, openSwitcher, copyLink,
    openAlarms: () => alarmsDialog.open(),
    openHelp: () => help.open(),
});
const announced = el("p", { class: "unseen", role: "status" });
const missing = el("section", { class: "unknown panel", hidden: true }, el("h2"),
    el("p", { text: "The server holds no samples of this host. It may have been removed, or may not have reported yet." }),
    el("button", { type: "button", class: "primary", text: "All hosts", onclick: openFleet }));
const skip = el("a", { class: "skip", href: "#", text: "Skip to content", onclick: (event) => {
    // The address is the view's: a fragment of its own would lead elsewhere.
    event.preventDefault();
    if (view.state.page !== "fleet" || !fleetPage.focusFirst()) document.querySelector("main").focus();
} });
document.getElementById("app").replaceChildren(
    skip, frame.top, frame.banner,
    el("main", { tabindex: -1 }, state.prompt, empty.node, missing, fleetPage.node, el("div", { class: "host-page" }, hostPage.node, generic.node)),
    frame.foot, announced, switcher.node, alarmsDialog.node, help.node);

view.subscribe((next, before) => {
    if (next.theme !== before.theme) restyle();
    if (next.theme !== before.theme || next.tz !== before.tz) prefer.write(next);
    if (next.paused !== before.paused) {
        hearing.pausedAt = next.paused ? wallClock() : null;
        hearing.waiting = 0;
    }
    if (next.page !== before.page || next.host !== before.host) {
        clock.rush();
        if (next.page === "host") scrollTo(0, 0);
        else fleetPage.focusCard(next.host ?? before.host);
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

let said = null;
/** The page hears otherwise than before: all places say so in the same frame. */
function onHearing() {
    state.show(hearing.connection);
    const word = linkWord(hearing.connection);
    if (word !== said) announcer.say(word);
    said = word;
    clock.rush();
}

schedule({
    clock, now, wallClock, view, fleet, overview, hearing, shown, watch, announcer, announced, paintDelay, frame, fleetPage, hostPage,
    generic, missing, empty, alarmsDialog, switcher, onHearing,
});

onHearing();
const link = follow({
    io: globalThis.io, token, path: new URL("socket.io/", document.baseURI).pathname, now, wallClock, view, fleet, hearing, clock, watch, announcer, past, toPage, paintDelay, fleetPage, onHearing,
    isChosen: () => isChosen,
    openAlone: (name) => address.instead(() => view.toHost(name)),
});

clock.start();
