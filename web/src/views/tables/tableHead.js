import { flipped } from "../../model/tables/rowOrder.js";
import { classOf, createColumnChooser } from "./columns.js";
import { el, setText } from "../dom.js";

// 7 px at either side of a cell.
const PADDING_CH = 2;
// What a column of words needs at least where the reader chose more columns than there is room for.
const WORDS_CH = 24;

/**
 * The head of a table: which columns it shows, how wide they are, by which it is sorted.
 * @param own the table's part of the view state; `put` changes it
 * @param pools the pools of rows whose cells stand under the heads (rowPool.js)
 */
export function createTableHead({ columns, order, own, put, pools }) {
    const head = el("tr");
    const sizes = el("colgroup");
    // What the reader chose is shown however narrow the page is; what was not chosen makes room.
    const inRange = columns.map((column) => ({ ...column, ...column.inRange }));
    const always = (all) => all.map((column) => ({ ...column, hide: null }));
    const lists = { columns: [columns, inRange], chosen: [always(columns), always(inRange)] };
    let visible = columns;
    let grown = [];
    const isShown = (_, i) => head.children[i + 1] !== undefined && getComputedStyle(head.children[i + 1]).display !== "none";
    const chooser = createColumnChooser({
        columns: columns.filter(({ onlyInRange }) => !onlyInRange), chosen: () => visible.filter(isShown),
        onChoose: (keys) => put({ columns: keys }),
    });

    function headOf(column) {
        if (column.spark) return el("th", { scope: "col", class: classOf(column), title: column.title, text: column.label });
        const button = el("button", { type: "button", title: column.title, text: column.label });
        button.addEventListener("click", () => put({ sort: flipped(own().sort ?? order, column) }));
        return el("th", { scope: "col", class: classOf(column), "data-column": column.key }, button);
    }

    return {
        node: el("thead", {}, head),
        sizes,
        chooser,
        get visible() {
            return visible;
        },
        /** How wide the table must be in `ch`, null where it takes the room there is: chosen columns are scrolled to, not squeezed. */
        get leastWidth() {
            return own().columns ? visible.reduce((all, { width }) => all + (width ?? WORDS_CH), 4) : null;
        },
        /** Returns whether other columns are shown than before. */
        paint(sort, isRange, labels) {
            const asked = own().columns;
            const wanted = lists[asked ? "chosen" : "columns"][Number(isRange)]
                .filter(({ key, extra, onlyInRange }) => (onlyInRange ? isRange : asked ? asked.includes(key) : !extra));
            const isNew = head.children.length === 0 || wanted.length !== visible.length || wanted.some((one, i) => one !== visible[i]);
            if (isNew) {
                visible = wanted.length > 0 ? wanted : columns.slice(0, 1);
                const pins = el("th", { class: "pin-cell" }, el("span", { class: "unseen", text: "Pinned" }));
                head.replaceChildren(pins, ...visible.map(headOf));
                grown = [];
                sizes.replaceChildren(el("col", { class: "pin-cell" }), ...visible.map(widthOf));
                for (const pool of pools) pool.columns(visible);
            }
            visible.forEach((column, i) => {
                if (column.spark) setText(head.children[i + 1], labels[column.key] ?? column.label);
                const direction = sort.descending ? "descending" : "ascending";
                if (column.key === sort.key) head.children[i + 1].setAttribute("aria-sort", direction);
                else head.children[i + 1].removeAttribute("aria-sort");
            });
            return isNew;
        },
        /** A column of figures grows with its longest one, and does not shrink again. */
        fitFigures() {
            visible.forEach((column, i) => {
                const wanted = Math.max(...pools.map(({ widest }) => widest[i] ?? 0)) + PADDING_CH;
                const col = sizes.children[i + 1];
                // Before the first painting there are no columns.
                if (!col || !column.numeric || !column.width) return;
                grown[i] ??= Number.parseFloat(col.style.width);
                if (wanted <= grown[i]) return;
                grown[i] = wanted;
                col.style.width = `${wanted}ch`;
            });
        },
    };
}

function widthOf(column) {
    const col = el("col", { class: classOf(column) });
    // Through the CSSOM: a style attribute in HTML would need 'unsafe-inline'.
    if (column.width) col.style.width = `${column.width}ch`;
    return col;
}
