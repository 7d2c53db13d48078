import { percent } from "../../model/format.js";
import { inPlace } from "../../model/tables/rowOrder.js";
import { el, setText } from "../dom.js";

const SHOWN = 100;

/** Any host in a few keys: type a part of its name, arrow keys, Enter. */
export function createHostSwitcher(session) {
    const input = el("input", {
        type: "search", role: "combobox", placeholder: "Host name", "aria-label": "Go to host", "aria-expanded": "true",
        "aria-controls": "switcher-list", "aria-autocomplete": "list", spellcheck: "false", autocomplete: "off",
    });
    const list = el("ul", { id: "switcher-list", role: "listbox", "aria-label": "Hosts" });
    const nothing = el("p", { class: "note", text: "No matching host.", hidden: true });
    const node = el("dialog", { class: "switcher", "aria-label": "Go to host" }, input, list, nothing);
    let entries = [];
    let shown = [];
    let marked = 0;

    const stateOf = ({ state, cpu }) => (state === "stale" ? "silent" : percent(cpu));

    function matching() {
        const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        return entries.filter(({ name }) => words.every((word) => name.toLowerCase().includes(word))).slice(0, SHOWN);
    }

    const itemOf = (entry, i) =>
        el("li", { id: `switch-${i}`, role: "option", "aria-selected": String(i === marked), "data-switch": entry.name,
            "data-state": entry.state },
        el("i", { class: "dot", "aria-hidden": "true" }), el("span", { class: "name", text: entry.name }),
        el("span", { class: "value", text: stateOf(entry) }));

    function show(found = matching()) {
        shown = found;
        marked = Math.max(0, Math.min(marked, found.length - 1));
        list.replaceChildren(...found.map(itemOf));
        nothing.hidden = found.length > 0;
        if (found.length > 0) input.setAttribute("aria-activedescendant", `switch-${marked}`);
        else input.removeAttribute("aria-activedescendant");
        list.children[marked]?.scrollIntoView({ block: "nearest" });
    }

    // What is listed keeps its place while the list is open: one that slips under the pointer is the wrong one.
    function renew() {
        const { rows, left } = inPlace(matching(), shown, ({ name }) => name);
        if (shown.length === 0 || rows.length < shown.length) return show();
        const next = rows.slice(0, Math.max(SHOWN, shown.length));
        list.append(...next.slice(shown.length).map((entry, i) => itemOf(entry, shown.length + i)));
        shown = next;
        next.forEach((entry, i) => {
            const state = left.has(entry.name) ? "gone" : entry.state;
            list.children[i].dataset.state = state;
            setText(list.children[i].lastChild, state === "gone" ? "gone" : stateOf(entry));
        });
    }

    function take(name) {
        node.close();
        session.openHost(name);
    }

    input.addEventListener("input", () => {
        marked = 0;
        show();
    });
    input.addEventListener("keydown", (event) => {
        const found = shown;
        const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
        if (step) {
            event.preventDefault();
            marked = (marked + step + found.length) % Math.max(1, found.length);
            show(found);
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
        paint() {
            if (!node.open) return;
            entries = session.overview.entries(session.now());
            renew();
        },
        open() {
            if (node.open) return;
            entries = session.overview.entries(session.now());
            input.value = "";
            marked = Math.max(0, entries.findIndex(({ name }) => name === session.view.state.host));
            show();
            node.showModal();
            input.focus();
        },
    };
}
