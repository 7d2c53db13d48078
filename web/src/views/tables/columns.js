import { el } from "../dom.js";

/** A column of figures: right-aligned, largest first when chosen. `width` in ch. */
export const figure = (key, label, width, format, more = {}) => ({ key, label, width, format, numeric: true, ...more });

/** The same figure's highest value, shown beside its mean under a zoomed range only. */
export const peak = (key, label, width, format, more = {}) =>
    figure(key, label, width, format, { title: "Highest value in the range shown", ...more, onlyInRange: true });

/** A column of words; without a width it takes what is left. */
export const words = (key, label, width, more = {}) => ({ key, label, width, ...more });

/** The classes of a column's cells. */
export const classOf = ({ numeric, hide, key }) =>
    [numeric && "numeric", hide && `hide-${hide}`, `col-${key}`].filter(Boolean).join(" ");

/** A box for each column of a table; at least one stays. */
export function createColumnChooser({ columns, chosen, onChoose }) {
    const boxes = columns.map(({ key, label, title }) => {
        const input = el("input", { type: "checkbox", value: key });
        input.addEventListener("change", () => {
            const keys = columns.filter((_, i) => boxes[i].input.checked).map((column) => column.key);
            if (keys.length === 0) input.checked = true;
            else onChoose(keys);
        });
        return { input, node: el("label", { title }, input, el("span", { text: label })) };
    });
    return {
        node: el("fieldset", { class: "chooser" }, el("legend", { text: "Columns" }), ...boxes.map((box) => box.node)),
        paint() {
            const shown = new Set(chosen().map(({ key }) => key));
            columns.forEach(({ key }, i) => (boxes[i].input.checked = shown.has(key)));
        },
    };
}
