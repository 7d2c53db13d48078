import { el, setText } from "../dom.js";
import { UNKNOWN } from "../model/format.js";

/** The series of a panel with their values at one point; a fixed grid, so that nothing moves as values change. */
export function legend() {
    const node = el("ul", { class: "legend" });
    const items = new Map();

    function itemFor(series) {
        const name = el("span", { class: "name", title: series.label, text: series.label });
        const swatch = el("i", { class: series.hue === null ? "swatch none" : `swatch hue-${series.hue}`, "aria-hidden": "true" });
        const value = el("span", { class: "value" });
        return { node: el("li", { "data-series": series.key }, swatch, name, value), value };
    }

    return {
        node,
        paint(panel, point) {
            const series = panel.legend ?? [...panel.series, ...(panel.overlay ?? [])];
            node.classList.toggle("wide", panel.kind === "mirror");
            node.classList.toggle("dense", panel.legend !== undefined);
            const wanted = series.map((one) => {
                const id = `${one.key} ${one.hue} ${one.label}`;
                if (!items.has(id)) items.set(id, itemFor(one));
                setText(items.get(id).value, point ? valueText(panel, one, point) : UNKNOWN);
                return [id, items.get(id)];
            });
            const nodes = wanted.map(([, item]) => item.node);
            if (nodes.length !== node.children.length || nodes.some((child, i) => node.children[i] !== child)) {
                node.replaceChildren(...nodes);
                items.clear();
                wanted.forEach(([id, item]) => items.set(id, item));
            }
        },
    };
}

const valueText = (panel, one, point) =>
    one.up ? `↓ ${panel.format(one.up(point))}  ↑ ${panel.format(one.down(point))}` : panel.format(one.value(point));
