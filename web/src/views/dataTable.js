import { el, setText } from "../dom.js";
import { flipped, sorted } from "../model/sort.js";

const { select } = globalThis.d3;

/**
 * A table whose every column sorts, by pointer or keyboard.
 * A column: `{key, label, title, width (ch), numeric, format, cell(row) → text, hint(row), tone(row), hide}`.
 * @param identity a row's lasting identity: rows are updated in place
 */
export function createTable({ id, title, columns, order, identity, onOrder }) {
    let current = order;
    const note = el("span", { class: "note" });
    const heads = columns.map((column) => {
        const button = el("button", { type: "button", title: column.title, text: column.label });
        button.addEventListener("click", () => {
            current = flipped(current, column);
            onOrder();
        });
        return el("th", { scope: "col", class: classOf(column), "data-column": column.key }, button);
    });
    const body = el("tbody");
    const foot = el("tfoot");
    const table = el("table", { "aria-labelledby": `table-${id}` },
        el("colgroup", {}, ...columns.map(widthOf)), el("thead", {}, el("tr", {}, ...heads)), body, foot);
    const nothing = el("p", { class: "nothing", hidden: true });
    const scroller = el("div", { class: "scroller", tabindex: 0, role: "region", "aria-labelledby": `table-${id}` },
        table, nothing);
    const tools = el("div", { class: "tools" });
    const node = el("section", { class: "panel table", "data-table": id },
        el("header", {}, el("h3", { id: `table-${id}`, text: title }), note, tools), scroller);

    function paintHeads() {
        heads.forEach((head, i) => {
            const direction = current.descending ? "descending" : "ascending";
            if (columns[i].key === current.key) head.setAttribute("aria-sort", direction);
            else head.removeAttribute("aria-sort");
        });
    }

    function paintRows(section, rows, key, cells) {
        select(section)
            .selectAll("tr")
            .data(rows, key)
            .join((enter) => enter.append("tr").each(addCells))
            .order()
            .each(function (row) {
                columns.forEach((column, i) => {
                    const cell = this.children[i];
                    setText(cell, cells(column, row));
                    const hint = column.hint?.(row);
                    if (hint) cell.title = hint;
                    if (column.tone) cell.dataset.tone = column.tone(row) ?? "";
                });
            });
    }

    function addCells() {
        columns.forEach((column) => this.append(el("td", { class: classOf(column) })));
    }

    return {
        node,
        tools,
        /** `closing`: rows under the table, as `{key, …}` with the same columns. */
        paint({ rows, closing = [], remark = "", stale, empty }) {
            node.classList.toggle("stale", stale);
            setText(note, remark);
            paintHeads();
            paintRows(body, sorted(rows, current, identity), identity, (column, row) => cellText(column, row));
            paintRows(foot, closing, (row) => row.key, (column, row) => (column.closing ? column.closing(row) : ""));
            nothing.hidden = rows.length > 0;
            setText(nothing, empty);
        },
    };
}

const classOf = ({ numeric, hide, key }) =>
    [numeric && "numeric", hide && `hide-${hide}`, `col-${key}`].filter(Boolean).join(" ");

function widthOf(column) {
    const col = el("col", { class: classOf(column) });
    // Through the CSSOM: a style attribute in HTML would need 'unsafe-inline'.
    if (column.width) col.style.width = `${column.width}ch`;
    return col;
}

function cellText(column, row) {
    if (column.cell) return column.cell(row);
    const value = row[column.key];
    if (column.format) return column.format(value);
    return value === null || value === undefined ? "–" : String(value);
}
