import { el, setText } from "../dom.js";
import { UNKNOWN } from "../model/format.js";
import { valueAt } from "../model/panels/series.js";

/**
 * The series of a panel with their values at one row; a fixed grid, so that nothing moves as values change.
 * @param onToggle called with a series' key where the panel lets its series be hidden
 */
export function createLegend({ onToggle }) {
    const node = el("ul", { class: "legend" });
    let items = new Map();

    function itemFor(series, toggles) {
        const value = el("span", { class: "value" });
        const swatch = series.hue === null ? "swatch none" : `swatch hue-${series.hue}${series.dashed ? " dashed" : ""}`;
        const parts = [
            el("i", { class: swatch, "aria-hidden": "true" }),
            el("span", { class: "name", title: series.label, text: series.label }),
            value,
        ];
        const button = toggles
            ? el("button", { type: "button", title: "Show or hide", onclick: () => onToggle(series.key) }, ...parts)
            : null;
        return { node: el("li", { "data-series": series.key }, ...(button ? [button] : parts)), value, button };
    }

    return {
        node,
        /** `index`: the row of the panel's slice whose values are told, -1 for none. */
        paint(panel, index) {
            node.classList.toggle("wide", panel.kind === "mirror");
            node.classList.toggle("dense", Boolean(panel.dense));
            const wanted = new Map();
            for (const series of panel.legend ?? [...panel.series, ...(panel.overlay ?? [])]) {
                const id = `${series.key} ${series.hue} ${series.label}`;
                const item = items.get(id) ?? itemFor(series, panel.toggles);
                wanted.set(id, item);
                item.button?.setAttribute("aria-pressed", String(!series.off));
                setText(item.value, index < 0 ? UNKNOWN : valueText(panel, series, index));
            }
            const nodes = [...wanted.values()].map((item) => item.node);
            const same = nodes.length === node.children.length && nodes.every((child, i) => node.children[i] === child);
            if (!same) node.replaceChildren(...nodes);
            items = wanted;
        },
    };
}

function valueText({ format, ways }, series, index) {
    if (!series.up) return format(valueAt(series.values, index));
    return `${ways[0]} ${format(valueAt(series.up, index))}  ${ways[1]} ${format(valueAt(series.down, index))}`;
}
