import { HOSTS } from "../../model/filter/fields.js";
import { asks, ORDERS, STATES, toggled } from "../../model/hosts/fleetOrder.js";
import { el, setText } from "../dom.js";
import { createFilterField } from "../filter.js";

const STATE_WORDS = { "is:busy": "Busy", "is:silent": "Silent", "is:alarm": "Alarm" };

/**
 * The filter and the order of the fleet, which stand in the view state as those of a table.
 * @param onChange called after the reader has asked for another filter or order
 */
export function createFleetControls({ view, onChange }) {
    const options = () => view.state.tables.fleet ?? {};
    const put = (change) => {
        view.table("fleet", change);
        onChange();
    };
    const field = createFilterField({
        label: "Filter hosts", language: HOSTS, placeholder: "Filter: name, load>2, is:silent", onInput: (filter) => put({ filter }),
    });
    const order = el("select", { "aria-label": "Sort hosts by" },
        ...ORDERS.map(({ key, label }) => el("option", { value: key, text: label })));
    const direction = el("button", { type: "button", class: "plain", "aria-label": "Reverse order" });
    const toggles = STATES.map((word) =>
        el("button", { type: "button", class: "plain", "data-word": word, text: STATE_WORDS[word],
            onclick: () => put({ filter: toggled(options().filter, word) }) }));
    const node = el("div", { class: "controls" }, el("div", { class: "toggles", role: "group", "aria-label": "Show only" }, ...toggles),
        field.node, el("label", { class: "sort" }, "Sort ", order), direction);
    let painted = null;

    order.addEventListener("change", () => {
        const { key, descending } = ORDERS.find((one) => one.key === order.value);
        put({ sort: { key, descending } });
    });
    direction.addEventListener("click", () => {
        const { sort } = current();
        put({ sort: { ...sort, descending: !sort.descending } });
    });

    function current() {
        const { sort = { key: "name", descending: false }, filter = "" } = options();
        return { sort, filter };
    }

    return {
        node,
        focus: () => field.focus(),
        /** `{sort: {key, descending}, filter}`. */
        get current() {
            return current();
        },
        /** `problem`: what in the filter makes no sense, in words. */
        paint(problem) {
            const { sort, filter } = current();
            field.paint(filter, problem);
            if (order.value !== sort.key) order.value = sort.key;
            setText(direction, sort.descending ? "▾" : "▴");
            if (filter === painted) return;
            painted = filter;
            for (const toggle of toggles) toggle.setAttribute("aria-pressed", String(asks(filter, toggle.dataset.word)));
        },
    };
}
