import { el } from "../views/dom.js";

const NAMES = { " ": "Space", ArrowLeft: "←", ArrowRight: "→", ArrowUp: "↑", ArrowDown: "↓", Escape: "Esc" };

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
