import { el, setText } from "../dom.js";
import { percent } from "../model/format.js";

const SHOWN = 100;

/** Any host in a few keys: type a part of its name, arrow keys, Enter. */
export function createHostSwitcher({ onChoose }) {
    const input = el("input", {
        type: "search", role: "combobox", placeholder: "Host", "aria-label": "Go to host", "aria-expanded": "true",
        "aria-controls": "switcher-list", "aria-autocomplete": "list", spellcheck: "false", autocomplete: "off",
    });
    const list = el("ul", { id: "switcher-list", role: "listbox", "aria-label": "Hosts" });
    const nothing = el("p", { class: "note", text: "No host of that name.", hidden: true });
    const node = el("dialog", { class: "switcher", "aria-label": "Go to host" }, input, list, nothing);
    let entries = [];
    let marked = 0;

    function matching() {
        const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        return entries.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word))).slice(0, SHOWN);
    }

    function show() {
        const found = matching();
        marked = Math.max(0, Math.min(marked, found.length - 1));
        list.replaceChildren(...found.map((entry, i) =>
            el("li", { id: `switch-${i}`, role: "option", "aria-selected": String(i === marked), "data-switch": entry.name,
                "data-state": entry.state },
            el("i", { class: "dot", "aria-hidden": "true" }), el("span", { class: "name", text: entry.name }),
            el("span", { class: "value", text: entry.state === "stale" ? "silent" : percent(entry.cpu) }))));
        nothing.hidden = found.length > 0;
        if (found.length > 0) input.setAttribute("aria-activedescendant", `switch-${marked}`);
        else input.removeAttribute("aria-activedescendant");
        list.children[marked]?.scrollIntoView({ block: "nearest" });
    }

    function take(name) {
        node.close();
        onChoose(name);
    }

    input.addEventListener("input", () => {
        marked = 0;
        show();
    });
    input.addEventListener("keydown", (event) => {
        const found = matching();
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) {
            event.preventDefault();
            marked = (marked + step + found.length) % Math.max(1, found.length);
            show();
        } else if (event.key === "Enter" && found[marked]) {
            event.preventDefault();
            take(found[marked].name);
        }
    });
    list.addEventListener("click", (event) => {
        const item = event.target.closest("li");
        if (item) take(item.dataset.switch);
    });
    node.addEventListener("click", (event) => event.target === node && node.close());

    return {
        node,
        /** Hosts that came while it is open are found too. */
        paint(hosts) {
            if (!node.open) return;
            const names = (list) => list.map(({ name, state }) => `${name} ${state}`).join("\n");
            const isSame = names(hosts) === names(entries);
            entries = hosts;
            if (!isSame) show();
        },
        open(hosts, current) {
            entries = hosts;
            input.value = "";
            marked = Math.max(0, hosts.findIndex(({ name }) => name === current));
            show();
            node.showModal();
            input.focus();
        },
    };
}
