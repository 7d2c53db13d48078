import { linkWord } from "../model/link/linkWords.js";
import { Session } from "../model/session.js";
import { createViewState, INITIAL, setters, toHash } from "../model/view/viewState.js";
import { letAsk } from "../stream/asking.js";
import { follow } from "../stream/follow.js";
import { followLooks } from "../stream/looked.js";
import { createAlarmsDialog } from "../views/alarms/alarmsDialog.js";
import { el, setText } from "../views/dom.js";
import { createFleetPage } from "../views/fleet/fleetPage.js";
import { createGenericProbes } from "../views/host/genericProbe.js";
import { createHostPage } from "../views/host/hostPage.js";
import { createHostSwitcher } from "../views/fleet/hostSwitcher.js";
import { bindAddress, copyText } from "./address.js";
import { alarmStore, preferences, tokenStore } from "./browserStore.js";
import { createFrame } from "./frame.js";
import { createCommands, createHelpDialog, listen } from "./keys.js";
import { createConnectionState, createEmptyState } from "./linkNotices.js";
import { createPaintLoop } from "./paintLoop.js";
import { keepCopiesPlain } from "./plainCopies.js";
import { schedule } from "./schedule.js";
import { createTabTitle } from "./tabTitle.js";
import { applyTheme, darkQuery } from "./theme.js";

// Puts the page together: what the browser keeps, the session, the views, and the stream that feeds it.

const storage = () => localStorage;
const token = tokenStore({ location, history, storage });
const prefer = preferences(storage);
const thresholds = alarmStore(storage);

const isHidden = () => document.hidden;
const later = (run, ms) => {
    const timer = setTimeout(run, ms);
    return () => clearTimeout(timer);
};
const clock = createPaintLoop({
    requestFrame: (frame) => requestAnimationFrame(frame), now: () => performance.now(), isHidden, later,
});
const kept = prefer.read();
const base = setters.inZone(setters.inTheme(INITIAL, kept.theme), kept.tz);
const view = createViewState(base);
// Before the first address is read: a host in it is the reader's own choice.
const hasChosen = /[#&](host|last)=/.test(location.hash);
const address = bindAddress(view, { base });
const session = new Session({ view, clock, wallClock: () => Date.now(), rules: thresholds.read(), hasChosen });
const { announcer, fleet, link, watch } = session;
const past = letAsk(session, { token, ask: (...of) => connection.ask(...of) });

const fleetPage = createFleetPage(session, { hrefOf: (name) => `#${toHash(setters.toHost(base, name))}` });
const hostPage = createHostPage(session);
const probes = createGenericProbes();
const switcher = createHostSwitcher(session);
const alarmsDialog = createAlarmsDialog(session, { keep: thresholds.write });
const empty = createEmptyState({ hostname: location.hostname });
const connectionState = createConnectionState({ onToken: (value) => connection.retryWith(value) });
const unknownHost = createUnknownHost();

const actions = {
    openSwitcher: () => switcher.open(),
    openAlarms: () => alarmsDialog.open(),
    openHelp: () => help.open(),
    copyLink: async () => frame.linkCopied(await copyText(address.link())),
    focusFilter: () => (view.state.page === "fleet" ? fleetPage.focusFilter()
        : document.querySelector('[data-table="processes"] input[type="search"]')?.focus()),
};
const commands = [...createCommands(session, actions), ...hostPage.commands];
const help = createHelpDialog({ commands });
const frame = createFrame(session, { connectionState, ...actions });
listen(commands);
keepCopiesPlain();

const announced = el("p", { class: "unseen", role: "status" });
const skip = el("a", { class: "skip", href: "#", text: "Skip to content", onclick: (event) => {
    // The address is the view's: a fragment of its own would lead elsewhere.
    event.preventDefault();
    if (view.state.page !== "fleet" || !fleetPage.focusFirst()) document.querySelector("main").focus();
} });
document.getElementById("app").replaceChildren(
    skip, frame.top,
    el("main", { tabindex: -1 }, connectionState.prompt, empty.node, unknownHost.node, fleetPage.node,
        el("div", { class: "host-page" }, hostPage.node, probes.node)),
    frame.foot, announced, switcher.node, alarmsDialog.node, help.node);

view.subscribe((next, before) => {
    if (next.theme !== before.theme) restyle();
    if (next.theme !== before.theme || next.tz !== before.tz) prefer.write(next);
    if (next.page !== before.page || next.host !== before.host) {
        clock.rush();
        if (next.page === "host") scrollTo(0, 0);
        else fleetPage.focusCard(next.host ?? before.host);
    }
    // The shared cursor moves with the pointer: it needs the charts alone.
    if (next.cursor !== before.cursor) clock.mark("cursor");
    else clock.mark("cursor", "choice", "frame", "fleet", "host", "tables");
});
function restyle() {
    applyTheme(view.state.theme);
    fleetPage.restyle();
    clock.mark("fleet", "host", "choice");
}
restyle();
darkQuery().addEventListener("change", restyle);

const tab = createTabTitle(session, { isHidden, later, show: (title) => { document.title = title; }, onLink });
document.addEventListener("visibilitychange", tab.turned);

let said = null;
/** The state of the link has changed: all places say so in the same frame. */
function onLink() {
    connectionState.show(link.state);
    const word = linkWord(link.state);
    if (word !== said) announcer.say(word);
    said = word;
    tab.paint(session.now());
    clock.rush();
}

schedule(session, {
    frame, fleetPage, hostPage, probes, unknownHost, empty, alarmsDialog, switcher, announced, tab, onLink,
});
onLink();
const connection = follow(session, {
    io: globalThis.io, token, past, onLink, onHeard: tab.heard, path: new URL("socket.io/", document.baseURI).pathname,
    onSamples: (names) => fleetPage.changed(names),
    onHosts(names) {
        fleetPage.reset(names);
        // A single host opens by itself, unless the reader went elsewhere.
        if (!session.hasChosen && view.state.page === "fleet" && names.size === 1) {
            address.instead(() => view.toHost([...names][0]));
        }
    },
});
followLooks(session, { look: connection.look, past, page: document });
clock.start();

/** What stands in place of a host that the server holds nothing of. */
function createUnknownHost() {
    const title = el("h2");
    const node = el("section", { class: "unknown panel", hidden: true }, title,
        el("p", { text: "The server holds no samples of this host. It may have been removed, or may not have reported yet." }),
        el("button", { type: "button", class: "primary", text: "All hosts", onclick: () => session.openFleet() }));
    return {
        node,
        /** `name`: of the host asked for, null while there is none or it is known. */
        paint(name) {
            node.hidden = name === null;
            if (name !== null) setText(title, `Unknown host: ${name}`);
        },
    };
}
