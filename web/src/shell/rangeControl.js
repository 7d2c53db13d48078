import { el } from "../views/dom.js";
import { SPANS_MS } from "../model/viewState.js";

const WORDS = { 60_000: ["1m", "1 minute"], 300_000: ["5m", "5 minutes"], 600_000: ["10m", "10 minutes"] };

/** How much time the charts show, while they follow the present. */
export function createRangeControl({ view }) {
    const inputs = SPANS_MS.map((ms) => {
        const [, words] = WORDS[ms];
        const input = el("input", { type: "radio", name: "range", value: ms, "aria-label": words });
        input.addEventListener("change", () => view.follow(ms));
        return input;
    });
    const labels = inputs.map((input, i) => el("label", {}, input, el("span", { text: WORDS[SPANS_MS[i]][0] })));
    const show = ({ span }) => {
        for (const input of inputs) input.checked = Number(input.value) === span.ms;
    };
    show(view.state);
    view.subscribe(show);
    return { node: el("fieldset", { class: "range" }, el("legend", { class: "unseen", text: "Time span" }), ...labels) };
}
