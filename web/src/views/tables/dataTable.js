import { compile } from "../../model/filter/language.js";
import { inPlace, pinnedFirst, rowWindow, sorted } from "../../model/tables/rowOrder.js";
import { el, setText } from "../dom.js";
import { createFilterField } from "../filter.js";
import { keyOnRows } from "../keyboard.js";
import { createMenu } from "../menu.js";
import { createOrderHold } from "../orderHold.js";
import { createRowPool } from "./rowPool.js";
import { createTableHead } from "./tableHead.js";

// Longer than 150 lines: the parts of a table meet here; head, rows, keys and filter have modules of their own.

const ROW_HEIGHT = 24;

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
    const holds = el("span", {
        class: "note holds", hidden: true, text: "order held",
        title: "Rows keep their places while the pointer or the focus is in this table",
    });
    const body = el("tbody");
    const foot = el("tfoot");
    const pool = createRowPool({ id, body, identity, nameOf, onPin: togglePin });
    const closers = createRowPool({ id: `${id}-closing`, body: foot, identity: (row) => row.key });
    const head = createTableHead({ columns, order, own, put, pools: [pool, forClosing(closers)] });
    const table = el("table", { "aria-labelledby": `table-${id}` }, head.sizes, head.node, body, foot);
    const nothing = el("p", { class: "nothing", hidden: true });
    const scroller = el("div", { class: "scroller", tabindex: 0, role: "region", "aria-labelledby": `table-${id}` },
        table, nothing);
    const field = createFilterField({
        label: `Filter ${title.toLowerCase()}`, language, onInput: (typed) => put({ filter: typed || undefined }),
    });
    const menu = createMenu({ label: `Columns and export: ${title.toLowerCase()}`, face: "⋯", staysOpen: true });
    const chip = el("button", { type: "button", class: "chip", hidden: true });
    const node = el("section", { class: "panel table", "data-table": id },
        el("header", {}, el("h3", { id: `table-${id}`, text: title }), note, holds, chip,
            el("div", { class: "tools" }, field.node, menu.node)),
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

    let held = { rows: [], closing: [], left: new Set(), order: null };
    const hold = createOrderHold(scroller);
    const paintChooser = () => menu.node.open && head.chooser.paint();
    // Before it opens: `toggle` comes a moment later.
    menu.node.querySelector("summary").addEventListener("click", () => head.chooser.paint());
    menu.node.addEventListener("toggle", paintChooser);
    menu.body.append(head.chooser.node);
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

    function paintRows() {
        const { rows } = held;
        const [first, end] = rowWindow({
            count: rows.length, rowHeight: ROW_HEIGHT, top: port.top, height: port.height,
        });
        pool.paint(rows.slice(first, end), { first, count: rows.length, rowHeight: ROW_HEIGHT, ...own(), left: held.left });
        head.fitFigures();
        table.setAttribute("aria-rowcount", rows.length + 1 + held.closing.length);
        if (pool.activeRow) scroller.setAttribute("aria-activedescendant", pool.activeRow.id);
        else scroller.removeAttribute("aria-activedescendant");
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
        /** The rows are of another host: the next painting is done even out of view. */
        forget() {
            port.painted = false;
            held.order = null;
        },
        /** The columns shown and all rows in their order, for a file. */
        get shown() {
            return { columns: head.visible, rows: held.rows.filter((row) => !held.left.has(identity(row))) };
        },
        /**
         * `closing`: rows under the table, as `{key, …}` with the same columns; `when`: of which time it is, where not of now;
         * `labels`: what columns of small lines are called now, by their keys.
         */
        paint({ rows, closing = [], remark = "", when = "", isRange = false, labels = {}, stale, empty }) {
            const asked = JSON.stringify(own());
            if (!port.inView && port.painted === asked) return;
            port.painted = rows.length > 0 ? asked : null;
            const sort = own().sort ?? order;
            field.paint(own().filter ?? "", compile(language, own().filter).problem);
            node.classList.toggle("stale", stale);
            setText(note, when ? `${remark} · ${when}` : remark);
            note.classList.toggle("figures", /\d/.test(remark));
            if (head.paint(sort, isRange, labels)) {
                table.style.minWidth = head.leastWidth === null ? "" : `${head.leastWidth}ch`;
                paintChooser();
            }
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

/** The same columns for the rows that close a table: their texts are given by `closing`, and they have no more than that. */
function forClosing(pool) {
    const plain = { format: null, tone: null, spark: null, hint: null };
    return {
        columns: (all) => pool.columns(all.map((column) => ({ ...column, ...plain, cell: column.closing ?? (() => "") }))),
        get widest() {
            return pool.widest;
        },
    };
}
