import { el, setText } from "../views/dom.js";
import { rove } from "../views/toolbar.js";

const THEMES = { auto: "Auto", dark: "Dark", light: "Light" };

/** The page's head: where one is, what is shown, how it is shown, and how the connection stands. */
export function createTopBar({ view, range, state, onFleet, onSwitch, onAlarms, onHelp, onLink }) {
    const button = (label, onclick, more = {}) => el("button", { type: "button", class: "tool", title: label, onclick, ...more });
    const crumb = el("button", { type: "button", class: "crumb", "aria-haspopup": "dialog", onclick: onSwitch });
    const place = el("li", {}, crumb);
    const home = el("a", { href: "#", text: "Hosts", onclick: (event) => {
        event.preventDefault();
        onFleet();
    } });
    const crumbs = el("nav", { class: "crumbs", "aria-label": "Breadcrumb" },
        el("ol", {}, el("li", {}, home), place));
    const pause = button("Pause or resume (p)", () => view.pause(!view.state.paused), { class: "tool pause" });
    const zone = button("Show times in UTC or local time (u)", () => view.inZone(view.state.tz === "utc" ? "local" : "utc"), { class: "tool zone" });
    const theme = button("Theme: auto, dark, light (t)", () => nextTheme(view), { class: "tool theme" });
    const link = button("Copy a link to this view (l)", onLink, { class: "tool link", text: "Link" });
    const alarms = button("Alarms (a)", onAlarms, { class: "tool alarms", "aria-haspopup": "dialog" });
    const help = button("Keyboard shortcuts (?)", onHelp, { class: "tool help", text: "?", "aria-label": "Help", "aria-haspopup": "dialog" });
    const tools = el("div", { class: "view", role: "toolbar", "aria-label": "View" }, pause, alarms, zone, theme, link, help);
    const node = el("header", { class: "top" },
        el("h1", { text: "StreamAssembler" }), crumbs,
        el("div", { class: "controls" }, range.node, tools),
        state.node);
    const stops = rove(tools, [pause, alarms, zone, theme, link, help]);

    return {
        node,
        /** Says for a moment what became of the link. */
        linked(copied) {
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
            range.node.hidden = !onHost;
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

export function nextTheme(view) {
    const order = Object.keys(THEMES);
    view.inTheme(order[(order.indexOf(view.state.theme) + 1) % order.length]);
}
