import { SPANS_MS } from "../model/view/viewState.js";
import { el, setText } from "../views/dom.js";
import { rove } from "../views/keyboard.js";
import { nextTheme, THEMES } from "./theme.js";

const SPAN_WORDS = { 60_000: ["1m", "1 minute"], 300_000: ["5m", "5 minutes"], 600_000: ["10m", "10 minutes"] };

/** The page's head: where one is, what is shown, how it is shown, and how the connection stands. */
export function createTopBar({ session, connectionState, openSwitcher, openAlarms, openHelp, copyLink }) {
    const { view } = session;
    const span = createSpanControl(view);
    const button = (label, onclick, more = {}) => el("button", { type: "button", class: "tool", title: label, onclick, ...more });
    const crumb = el("button", { type: "button", class: "crumb", "aria-haspopup": "dialog", onclick: openSwitcher });
    const place = el("li", {}, crumb);
    const home = el("a", { href: "#", text: "Hosts", onclick: (event) => {
        event.preventDefault();
        session.openFleet();
    } });
    const crumbs = el("nav", { class: "crumbs", "aria-label": "Breadcrumb" },
        el("ol", {}, el("li", {}, home), place));
    const pause = button("Pause or resume (p)", () => view.pause(!view.state.paused), { class: "tool pause" });
    const zone = button("Show times in UTC or local time (u)", () => view.inZone(view.state.tz === "utc" ? "local" : "utc"),
        { class: "tool zone" });
    const theme = button("Theme: auto, dark, light (t)", () => nextTheme(view), { class: "tool theme" });
    const link = button("Copy a link to this view (l)", copyLink, { class: "tool link", text: "Link" });
    const alarms = button("Alarms (a)", openAlarms, { class: "tool alarms", "aria-haspopup": "dialog" });
    const help = button("Keyboard shortcuts (?)", openHelp,
        { class: "tool help", text: "?", "aria-label": "Help", "aria-haspopup": "dialog" });
    const tools = el("div", { class: "view", role: "toolbar", "aria-label": "View" }, pause, alarms, zone, theme, link, help);
    const node = el("header", { class: "top" },
        el("h1", { text: "StreamAssembler" }), crumbs,
        el("div", { class: "controls" }, span.node, tools),
        connectionState.node);
    const stops = rove(tools, [pause, alarms, zone, theme, link, help]);

    return {
        node,
        /** Says for a moment whether the link was copied. */
        linkCopied(copied) {
            setText(link, copied ? "Copied" : "See address bar");
            setTimeout(() => setText(link, "Link"), 2000);
        },
        paint({ page, host, hasHosts, lasting }) {
            const { paused, tz, theme: chosen } = view.state;
            const onHost = page === "host";
            crumbs.hidden = !hasHosts;
            place.hidden = !onHost;
            setText(crumb, host ?? "");
            crumb.title = "Choose another host (g)";
            if (onHost) home.removeAttribute("aria-current");
            else home.setAttribute("aria-current", "page");
            // Where one is already, it leads nowhere.
            home.tabIndex = onHost ? 0 : -1;
            span.node.hidden = !onHost;
            span.limit(session.held.shortMs);
            // A host's page has its own, in the line that tells its time.
            pause.hidden = !hasHosts || onHost;
            stops.settle();
            setText(pause, paused ? "Resume" : "Pause");
            pause.setAttribute("aria-pressed", String(paused));
            setText(zone, tz === "utc" ? "UTC" : "Local");
            setText(theme, THEMES[chosen]);
            setText(alarms, lasting === 0 ? "Alarms" : `Alarms ${lasting}`);
            alarms.dataset.lasting = lasting > 0;
        },
    };
}

/** How much time the charts show, while they follow the present. */
function createSpanControl(view) {
    const inputs = SPANS_MS.map((ms) => {
        const [, words] = SPAN_WORDS[ms];
        const input = el("input", { type: "radio", name: "range", value: ms, "aria-label": words });
        input.addEventListener("change", () => view.follow(ms));
        return input;
    });
    const labels = inputs.map((input, i) => el("label", {}, input, el("span", { text: SPAN_WORDS[SPANS_MS[i]][0] })));
    const show = ({ span }) => {
        for (const input of inputs) input.checked = Number(input.value) === span.ms;
    };
    show(view.state);
    view.subscribe(show);
    return {
        node: el("fieldset", { class: "range" }, el("legend", { class: "unseen", text: "Time span" }), ...labels),
        /** Where the server holds no more than so many ms, a longer span would only show nothing; null for no limit. */
        limit(ms) {
            inputs.forEach((input, i) => {
                input.disabled = ms !== null && i > 0 && SPANS_MS[i] > ms && !input.checked;
                labels[i].title = input.disabled ? "The server holds no data that old" : "";
            });
        },
    };
}
