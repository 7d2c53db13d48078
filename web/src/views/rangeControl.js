import { el } from "../dom.js";

const RANGES = [["1m", 60_000, "1 minute"], ["5m", 300_000, "5 minutes"], ["10m", 600_000, "10 minutes"]];

/** How much time the charts show. */
export function createRangeControl({ onChange }) {
    let current = 300_000;
    const inputs = RANGES.map(([label, ms, words]) => {
        const checked = ms === current;
        const input = el("input", { type: "radio", name: "range", value: ms, "aria-label": words, checked });
        input.addEventListener("change", () => {
            current = ms;
            onChange(ms);
        });
        return el("label", {}, input, el("span", { text: label }));
    });
    return {
        node: el("fieldset", { class: "range" }, el("legend", { class: "unseen", text: "Time shown" }), ...inputs),
        get ms() {
            return current;
        },
    };
}
