import { SPANS_MS } from "../model/view/viewState.js";
import { el } from "../views/dom.js";
import { nextTheme } from "./theme.js";

// The page's keys: one list of commands, which is listened for and which the help shows.

const NAMES = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };

/**
 * What keys do anywhere on the page, in the order in which the help lists it.
 * A command: `{group, keys: [key…], words, run}`; `key` as in KeyboardEvent.key. `run` is null where another part listens
 * itself, and returns false where it did nothing.
 */
export function createCommands(session, { openSwitcher, openAlarms, openHelp, copyLink, focusFilter }) {
    const { view, fleet } = session;
    const onHost = () => view.state.page === "host";
    const step = (by) => {
        const names = fleet.hosts.map(({ name }) => name);
        if (!onHost() || names.length < 2) return false;
        session.openHost(names[(names.indexOf(view.state.host) + by + names.length) % names.length]);
        return true;
    };
    const shows = (i) => () => onHost() && (view.follow(SPANS_MS[i]), true);
    const command = (group, keys, words, run) => ({ group, keys, words, run });
    return [
        command("Anywhere", ["?"], "show this list", openHelp),
        command("Anywhere", ["g", "Ctrl+k"], "go to a host by name", openSwitcher),
        command("Anywhere", ["a"], "open alarms and thresholds", openAlarms),
        command("Anywhere", ["/"], "go to the filter", focusFilter),
        command("Anywhere", ["p", " "], "pause or resume", () => view.pause(!view.state.paused)),
        command("Anywhere", ["u"], "switch between UTC and local time", () => view.inZone(view.state.tz === "utc" ? "local" : "utc")),
        command("Anywhere", ["t"], "switch the theme: auto, dark, light", () => nextTheme(view)),
        command("Anywhere", ["l"], "copy a link to this view", copyLink),
        command("All hosts", ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown"], "move between cards", null),
        command("All hosts", ["Enter"], "open the host", null),
        command("One host", ["f", "Backspace"], "show all hosts", () => onHost() && (session.openFleet(), true)),
        command("One host", ["["], "previous host", () => step(-1)),
        command("One host", ["]"], "next host", () => step(1)),
        command("One host", ["1"], "show 1 minute", shows(0)),
        command("One host", ["2"], "show 5 minutes", shows(1)),
        command("One host", ["3"], "show 10 minutes", shows(2)),
        command("One host", ["Escape"], "back to live", () => onHost() && (view.live(), true)),
        command("In a table", ["ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"], "move between rows", null),
        command("In a table", ["Enter"], "select the row and show what belongs to it", null),
        command("In a table", ["s"], "keep the row on top (star), or release it", null),
    ];
}

/** Runs the command of each key that is pressed. */
export function listen(commands, { target = document } = {}) {
    const byKey = new Map(commands.filter(({ run }) => run).flatMap((command) => command.keys.map((key) => [key, command])));
    target.addEventListener("keydown", (event) => {
        if (event.defaultPrevented || event.altKey) return;
        const key = event.ctrlKey || event.metaKey ? `Ctrl+${event.key.toLowerCase()}` : event.key;
        const command = byKey.get(key);
        if (!command) return;
        // Whoever types, types; and an open dialog has its own keys.
        const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), select, textarea, dialog");
        if (typing && !key.startsWith("Ctrl+")) return;
        // The space bar presses, toggles or scrolls what has the focus; the arrow keys choose among radio buttons.
        if (key === " " && event.target.closest?.("button, a, summary, input, [role=option], .scroller")) return;
        if (key.startsWith("Arrow") && event.target.closest?.("input[type=radio]")) return;
        if (key === "Enter" && event.target.closest?.("button, a, summary, input")) return;
        if (command.run(event) !== false) event.preventDefault();
    });
}

/** Every key of the page, by what it is for. */
export function createHelpDialog({ commands }) {
    const groups = Map.groupBy ? Map.groupBy(commands, ({ group }) => group) : grouped(commands);
    const close = el("button", { type: "button", class: "tool", text: "Close", onclick: () => node.close() });
    const node = el("dialog", { class: "helps", "aria-labelledby": "help-title" },
        el("header", {}, el("h2", { id: "help-title", text: "Keyboard shortcuts" }), close),
        el("div", { class: "groups" }, ...[...groups].map(([group, members]) => el("section", {},
            el("h3", { text: group }),
            el("dl", {}, ...members.flatMap(({ keys, words }) => [
                el("div", {}, el("dt", {}, ...keys.map((key) => el("kbd", { text: NAMES[key] ?? key }))), el("dd", { text: words })),
            ]))))),
        el("p", { class: "note", text: "Charts: drag to zoom in, double-click to zoom out, click to pin a time and see the tables "
            + "of that second. A silent host is grey. A dash means that no value was measured." }));
    node.addEventListener("click", (event) => event.target === node && node.close());
    return { node, open: () => node.open || node.showModal() };
}

function grouped(commands) {
    const groups = new Map();
    for (const command of commands) groups.set(command.group, [...(groups.get(command.group) ?? []), command]);
    return groups;
}
