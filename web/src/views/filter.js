import { el } from "../dom.js";

/** A search field: rows stay whose text holds every word typed. */
export function createFilter({ label, onChange }) {
    const quiet = { spellcheck: "false", autocomplete: "off" };
    const input = el("input", { type: "search", placeholder: "Filter", "aria-label": label, ...quiet });
    input.addEventListener("input", onChange);
    return {
        node: input,
        matches(...values) {
            const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
            if (words.length === 0) return true;
            const held = values.filter((value) => value !== null && value !== undefined).join("\n").toLowerCase();
            return words.every((word) => held.includes(word));
        },
    };
}
