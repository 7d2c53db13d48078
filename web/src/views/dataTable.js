import { compile } from "../model/filter/language.js";
import { flipped, inPlace, pinnedFirst, rowWindow, sorted } from "../model/rowOrder.js";
import { createColumnChooser } from "./columns.js";
import { el, setText } from "./dom.js";
import { createFilterField } from "./filter.js";
import { keyOnRows } from "./keyboard.js";
import { createMenu } from "./menu.js";
import { createOrderHold } from "./orderHold.js";
import { createRowPool } from "./rowPool.js";

export const ROW_HEIGHT = 24;
// 7 px at either side of a cell.
const PADDING_CH = 2;

/**
 * A table of any length whose every column sorts, by pointer or keyboard; only the rows in view exist. Its order,
 * filter, columns, pinned rows and the row picked stand in the view state under `id`.
 * A column: `{key, label, title, width (ch), numeric, format, cell(row) → text, hint(row), tone(row), hide, extra, spark,
 * onlyInRange, inRange}`; `inRange`: what of it is otherwise under a zoomed range.
 * @param language what its filter can ask for
 * @param identity a row's lasting identity: rows are updated in place
 */
export function createTable({ id, title, columns, order, language, identity, view, nameOf, onChange }) {
    const own = () => view.state.tables[id] ?? {};
    const put = (change) => {
        view.table(id, change);
        onChange();
    };
    const togglePin = (key) => {
        const pins = own().pins ?? [];
        put({ pins: pins.includes(key) ? pins.filter((pin) => pin !== key) : [...pins, key].slice(-64) });
    };
    const togglePick = (key) => put({ picked: own().picked === key ? undefined : key });

    const note = el("span", { class: "note" });
    const holds = el("span", { class: "note holds", hidden: true, text: "order held", title: "Rows keep their places while the pointer or the focus is in this table" });
    const head = el("tr");
    const sizes = el("colgroup");
    const body = el("tbody");
    const foot = el("tfoot");
    const table = el("table", { "aria-labelledby": `table-${id}` }, sizes, el("thead", {}, head), body, foot);
    const nothing = el("p", { class: "nothing", hidden: true });
    const scroller = el("div", { class: "scroller", tabindex: 0, role: "region", "aria-labelledby": `table-${id}` },
        table, nothing);
    const field = createFilterField({
        label: `Filter ${title.toLowerCase()}`, language, onInput: (typed) => put({ filter: typed || undefined }),
    });
    const menu = createMenu({ label: `Columns and export: ${title.toLowerCase()}`, face: "⋯", staysOpen: true });
    const chip = el("button", { type: "button", class: "chip", hidden: true });
    const node = el("section", { class: "panel table", "data-table": id },
        el("header", {}, el("h3", { id: `table-${id}`, text: title }), note, holds, chip, el("div", { class: "tools" }, field.node, menu.node)),
        scroller);

    // Asking the browser while painting would make it lay out the page each time.
    const port = { top: 0, height: 440, inView: true, painted: false };
    new ResizeObserver(([entry]) => {
        port.height = entry.contentRect.height;
        paintRows();
        paintChooser();
    }).observe(scroller);
    new IntersectionObserver(([entry]) => {
        const came = entry.isIntersecting && !port.inView;
        port.inView = entry.isIntersecting;
        if (came) onChange();
    }, { rootMargin: "200px" }).observe(node);

    let visible = columns;
    let grown = [];
    let held = { rows: [], closing: [], left: new Set(), order: null };
    const hold = createOrderHold(scroller);
    const pool = createRowPool({ id, body, identity, nameOf, onPin: togglePin });
    const closers = createRowPool({ id: `${id}-closing`, body: foot, identity: (row) => row.key });
    // What the reader chose is shown however narrow the page is; what was not chosen makes room.
    const chosen = columns.map((column) => ({ ...column, hide: null }));
    const rangeOf = (all) => all.map((column) => ({ ...column, ...column.inRange }));
    const lists = { columns: [columns, rangeOf(columns)], chosen: [chosen, rangeOf(chosen)] };
    const isShown = (_, i) => head.children[i + 1] !== undefined && getComputedStyle(head.children[i + 1]).display !== "none";
    const chooser = createColumnChooser({
        columns: columns.filter(({ onlyInRange }) => !onlyInRange), chosen: () => visible.filter(isShown), onChoose: (keys) => put({ columns: keys }),
    });
    const paintChooser = () => menu.node.open && chooser.paint();
    // Before it opens: `toggle` comes a moment later.
    menu.node.querySelector("summary").addEventListener("click", () => chooser.paint());
    menu.node.addEventListener("toggle", paintChooser);
    menu.body.append(chooser.node);
    body.addEventListener("click", (event) => {
        const row = event.target.closest("tr[data-key]");
        if (!row || event.target.closest("button") || getSelection().toString()) return;
        pool.activate(row.dataset.key);
        togglePick(row.dataset.key);
    });
    keyOnRows(scroller, {
        rows: () => held.rows.map(identity), active: () => pool.active, pick: togglePick, pin: togglePin,
        activate(key) {
            pool.activate(key);
            reveal(key);
            paintRows();
        },
    });
    let scrolled = false;
    scroller.addEventListener("scroll", () => {
        if (scrolled) return;
        scrolled = true;
        requestAnimationFrame(() => {
            scrolled = false;
            port.top = scroller.scrollTop;
            paintRows();
        });
    }, { passive: true });

    function paintHeads(sort, isRange) {
        const asked = own().columns;
        const wanted = lists[asked ? "chosen" : "columns"][Number(isRange)]
            .filter(({ key, extra, onlyInRange }) => (onlyInRange ? isRange : asked ? asked.includes(key) : !extra));
        if (head.children.length === 0 || wanted.length !== visible.length || wanted.some((one, i) => one !== visible[i])) {
            visible = wanted.length > 0 ? wanted : columns.slice(0, 1);
            head.replaceChildren(el("th", { class: "pin-cell" }, el("span", { class: "unseen", text: "Pinned" })), ...visible.map(headOf));
            grown = [];
            sizes.replaceChildren(el("col", { class: "pin-cell" }), ...visible.map(widthOf));
            pool.columns(visible);
            closers.columns(visible.map((column) => ({ ...column, cell: column.closing ?? (() => ""), format: null, tone: null, spark: null, hint: null })));
            // More than there is room for is scrolled to, not squeezed.
            table.style.minWidth = asked ? `${visible.reduce((all, { width }) => all + (width ?? 24), 4)}ch` : "";
            paintChooser();
        }
        visible.forEach((column, i) => {
            const direction = sort.descending ? "descending" : "ascending";
            if (column.key === sort.key) head.children[i + 1].setAttribute("aria-sort", direction);
            else head.children[i + 1].removeAttribute("aria-sort");
        });
    }

    function headOf(column) {
        if (column.spark) return el("th", { scope: "col", class: classOf(column), title: column.title, text: column.label });
        const button = el("button", { type: "button", title: column.title, text: column.label });
        button.addEventListener("click", () => put({ sort: flipped(own().sort ?? order, column) }));
        return el("th", { scope: "col", class: classOf(column), "data-column": column.key }, button);
    }

    function paintRows() {
        const { rows } = held;
        const [first, end] = rowWindow({
            count: rows.length, rowHeight: ROW_HEIGHT, top: port.top, height: port.height,
        });
        pool.paint(rows.slice(first, end), { first, count: rows.length, rowHeight: ROW_HEIGHT, ...own(), left: held.left });
        fitFigures();
        table.setAttribute("aria-rowcount", rows.length + 1 + held.closing.length);
        if (pool.activeRow) scroller.setAttribute("aria-activedescendant", pool.activeRow.id);
        else scroller.removeAttribute("aria-activedescendant");
    }

    // A column of figures grows with its longest one, and does not shrink again.
    function fitFigures() {
        visible.forEach((column, i) => {
            const wanted = Math.max(pool.widest[i] ?? 0, closers.widest[i] ?? 0) + PADDING_CH;
            const col = sizes.children[i + 1];
            // Before the first painting there are no columns.
            if (!col || !column.numeric || !column.width) return;
            grown[i] ??= Number.parseFloat(col.style.width);
            if (wanted <= grown[i]) return;
            grown[i] = wanted;
            col.style.width = `${wanted}ch`;
        });
    }

    function reveal(key) {
        const place = held.rows.findIndex((row) => identity(row) === key);
        if (place < 0) return;
        const room = port.height - ROW_HEIGHT * (2 + held.closing.length);
        const top = place * ROW_HEIGHT;
        if (top < port.top) port.top = scroller.scrollTop = top;
        else if (top > port.top + room) port.top = scroller.scrollTop = top - room;
    }

    return {
        node, menu, chip,
        get picked() {
            return own().picked ?? null;
        },
        /** What is asked of the rows, as `compile` gives it. */
        get filter() {
            return compile(language, own().filter);
        },
        pick: (key) => put({ picked: key ?? undefined }),
        reveal,
        /** The rows are of another host: the next painting is done even where nobody looks. */
        forget() {
            port.painted = false;
            held.order = null;
        },
        /** The columns shown and all rows in their order, for a file. */
        get shown() {
            return { columns: visible, rows: held.rows.filter((row) => !held.left.has(identity(row))) };
        },
        /** `closing`: rows under the table, as `{key, …}` with the same columns; `when`: of which time it is, where not of now. */
        paint({ rows, closing = [], remark = "", when = "", isRange = false, stale, empty }) {
            const asked = JSON.stringify(own());
            if (!port.inView && port.painted === asked) return;
            port.painted = rows.length > 0 ? asked : null;
            const sort = own().sort ?? order;
            field.paint(own().filter ?? "", compile(language, own().filter).problem);
            node.classList.toggle("stale", stale);
            setText(note, when ? `${remark} · ${when}` : remark);
            note.classList.toggle("figures", /\d/.test(remark));
            paintHeads(sort, isRange);
            // Another order or filter is what the reader asks for: it is shown at once.
            const wish = JSON.stringify([sort, own().filter]);
            const keeps = held.order === wish && hold.isHeld;
            const placed = keeps ? inPlace(rows, held.rows, identity) : { rows: sorted(rows, sort, identity), left: new Set() };
            held = { rows: pinnedFirst(placed.rows, own().pins, identity), left: placed.left, closing, order: wish };
            holds.hidden = !keeps;
            paintRows();
            closers.paint(closing, { first: 0, count: closing.length, rowHeight: ROW_HEIGHT });
            nothing.hidden = rows.length > 0;
            setText(nothing, empty);
        },
    };
}

export const classOf = ({ numeric, hide, key }) =>
    [numeric && "numeric", hide && `hide-${hide}`, `col-${key}`].filter(Boolean).join(" ");

function widthOf(column) {
    const col = el("col", { class: classOf(column) });
    // Through the CSSOM: a style attribute in HTML would need 'unsafe-inline'.
    if (column.width) col.style.width = `${column.width}ch`;
    return col;
}
