import { UNKNOWN } from "../../model/format.js";
import { valueAt } from "../../model/panels/series.js";
import { inPlace } from "../../model/tables/rowOrder.js";
import { el, placeChildren, setText } from "../dom.js";
import { createOrderHold } from "../orderHold.js";

/**
 * The series of a panel with their values at one row; a fixed grid, so that nothing moves as values change.
 * @param onToggle called with a series' key where the panel lets its series be hidden
 */
export function createLegend({ onToggle }) {
    const node = el("ul", { class: "legend" });
    const hold = createOrderHold(node);
    let items = new Map();
    let shown = [];

    function itemFor(series, toggles) {
        const value = el("span", { class: "value" });
        const mark = series.part ? "part" : series.hue === null ? "none" : `hue-${series.hue}${series.dashed ? " dashed" : ""}`;
        const parts = [
            el("i", { class: `swatch ${mark}`, "aria-hidden": "true" }),
            el("span", { class: "name", title: series.label, text: series.label }),
            value,
        ];
        const button = toggles
            ? el("button", { type: "button", title: "Show or hide", onclick: () => onToggle(series.key) }, ...parts)
            : null;
        const node = el("li", { "data-series": series.key, class: series.part ? "part zero" : "zero" }, ...(button ? [button] : parts));
        return { node, value, button };
    }

    return {
        node,
        /** Of another host: nothing is in a place to keep. */
        forget() {
            shown = [];
        },
        /** `index`: the row of the panel's slice whose values are shown, -1 for none. */
        paint(panel, index) {
            node.classList.toggle("wide", panel.kind === "mirror");
            node.classList.toggle("dense", Boolean(panel.dense));
            const wanted = new Map();
            const now = panel.legend ?? [...panel.series, ...(panel.overlay ?? [])];
            // The busiest devices would change places while somebody aims at one of them.
            const { rows, left } = panel.toggles && hold.isHeld ? inPlace(now, shown, idOf) : { rows: now, left: NONE };
            for (const series of rows) {
                const id = idOf(series);
                const item = items.get(id) ?? itemFor(series, panel.toggles);
                wanted.set(id, item);
                item.button?.setAttribute("aria-pressed", String(!series.off));
                const value = index < 0 || left.has(id) ? UNKNOWN : valueText(panel, series, index);
                if (item.value.textContent === value) continue;
                setText(item.value, value);
                item.node.classList.toggle("zero", !/[1-9]/.test(value));
            }
            placeChildren(node, [...wanted.values()].map((item) => item.node));
            items = wanted;
            shown = rows;
        },
    };
}

const NONE = new Set();
const idOf = ({ key, hue, label }) => `${key} ${hue} ${label}`;

function valueText({ format, ways }, series, index) {
    if (!series.up) return (series.format ?? format)(valueAt(series.values, index));
    return `${ways[0]} ${format(valueAt(series.up, index))}  ${ways[1]} ${format(valueAt(series.down, index))}`;
}
