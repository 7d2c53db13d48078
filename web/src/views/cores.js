import { el, setText, svg } from "../dom.js";

const LIMIT = 128;

/** One small bar per CPU. */
export function createCores() {
    const bars = el("ol", { class: "bars", "aria-label": "CPUs" });
    const more = el("span", { class: "note" });
    const node = el("div", { class: "cores" }, bars, more);
    let drawn = [];

    function barFor({ name }) {
        const level = svg("rect", { class: "fill hue-1", x: 0, width: 100, height: 100, y: 100 });
        const chart = svg("svg", { viewBox: "0 0 100 100", preserveAspectRatio: "none", "aria-hidden": "true" }, level);
        const text = el("span", { class: "unseen" });
        return { node: el("li", {}, chart, text), level, text, name };
    }

    return {
        node,
        paint(cores) {
            const shown = cores.slice(0, LIMIT);
            if (drawn.length !== shown.length) {
                drawn = shown.map(barFor);
                bars.replaceChildren(...drawn.map((bar) => bar.node));
            }
            shown.forEach(({ busy, text }, i) => {
                drawn[i].level.setAttribute("y", 100 - (busy ?? 0));
                drawn[i].node.title = `${drawn[i].name}: ${text} %`;
                setText(drawn[i].text, `${drawn[i].name} ${text} %`);
            });
            setText(more, cores.length > LIMIT ? `and ${cores.length - LIMIT} more` : "");
        },
    };
}
