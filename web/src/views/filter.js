import { el, setText } from "./dom.js";
import { LONGEST } from "../model/filter/language.js";
import { createMenu } from "./menu.js";

let made = 0;

/**
 * The field of a filter in the language that the fleet and all tables share: what can be typed is a press away, and
 * errors are shown under it. It shows what `paint` says, but never changes the text while somebody types.
 */
export function createFilterField({ label, language, onInput, placeholder = "Filter" }) {
    const id = `filter-problem-${(made += 1)}`;
    const input = el("input", {
        type: "search", placeholder, "aria-label": label, "aria-describedby": id, spellcheck: "false", autocomplete: "off",
    });
    // One more than is used, so that the language can say that it is too long.
    input.addEventListener("input", () => onInput(input.value.slice(0, LONGEST + 1)));
    const help = createMenu({ label: `Filter help: ${language.what}`, face: "?", staysOpen: true, kind: "hint" });
    help.body.append(
        el("p", { text: "Type what to look for. Every word must match; | means or." }),
        el("dl", {}, ...language.examples.map(([typed, words]) =>
            el("div", {}, el("dt", {}, el("code", { text: typed })), el("dd", { text: words })))));
    const problem = el("p", { class: "problem", id, role: "status", hidden: true });
    const node = el("div", { class: "filter" }, input, help.node, problem);

    return {
        node,
        focus: () => input.focus(),
        paint(typed, said) {
            if (document.activeElement !== input && input.value !== typed) input.value = typed;
            problem.hidden = said === "";
            setText(problem, said);
            if (said === "") input.removeAttribute("aria-invalid");
            else input.setAttribute("aria-invalid", "true");
        },
    };
}
