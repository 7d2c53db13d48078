import { surface } from "../../charts/canvas.js";
import { palette } from "../../charts/palette.js";
import { classOf } from "./columns.js";
import { el, placeChildren, setText } from "../dom.js";

const SPARK = { width: 84, height: 16 };

/** The rows of a table that are in view, each kept with its cells for as long as its identity stays in view. */
export function createRowPool({ id, body, identity, nameOf, onPin }) {
    let columns = [];
    let widest = [];
    let held = new Map();
    let active = null;
    let made = 0;
    const spaces = [el("tr", { class: "space", "aria-hidden": "true" }), el("tr", { class: "space", "aria-hidden": "true" })];
    for (const space of spaces) space.append(el("td"));

    function rowFor(row) {
        const cells = columns.map((column) => {
            const canvas = column.spark ? el("canvas", { "aria-hidden": "true" }) : null;
            return { node: el("td", { class: classOf(column) }, canvas), canvas };
        });
        const name = onPin ? nameOf(row) : "";
        const pin = onPin
            ? el("button", { type: "button", tabindex: -1, class: "pin-button", "aria-label": `Pin ${name}`, title: "Keep on top (s)" })
            : null;
        pin?.addEventListener("click", () => onPin(identity(row)));
        const node = el("tr", { id: `row-${id}-${(made += 1)}`, "data-key": identity(row) }, el("td", { class: "pin-cell" }, pin),
            ...cells.map((cell) => cell.node));
        return { node, cells, pin };
    }

    function fill({ node, cells, pin }, row, place, { pins, picked, left, selection }) {
        const key = identity(row);
        node.classList.toggle("odd", place % 2 === 1);
        node.classList.toggle("picked", picked === key);
        node.classList.toggle("active", active === key);
        node.classList.toggle("left", left?.has(key) ?? false);
        node.setAttribute("aria-rowindex", place + 2);
        pin?.setAttribute("aria-pressed", String(pins?.includes(key) ?? false));
        columns.forEach((column, i) => {
            const cell = cells[i];
            if (cell.canvas) {
                column.spark(surface(cell.canvas, SPARK.width, SPARK.height), row, SPARK, palette());
                return;
            }
            // A text that is replaced is selected no more.
            if (selection?.containsNode(cell.node, true)) return;
            const written = cellText(column, row);
            if (column.numeric && written.length > widest[i]) widest[i] = written.length;
            setText(cell.node, written);
            const hint = column.hint?.(row);
            if (hint && cell.node.title !== hint) cell.node.title = hint;
            const tone = column.tone?.(row) ?? "";
            if (column.tone && cell.node.dataset.tone !== tone) cell.node.dataset.tone = tone;
        });
    }

    return {
        /** Other columns: every row is made again. */
        columns(next) {
            columns = next;
            widest = next.map(() => 0);
            held = new Map();
        },
        /** By column the most characters that a figure has had: what it needs not to be cut. */
        get widest() {
            return widest;
        },
        get active() {
            return active;
        },
        get activeRow() {
            return held.get(active)?.node ?? null;
        },
        activate(key) {
            active = key;
        },
        /** `rows` are those from place `first` of `count`; the others are empty space. */
        paint(rows, { first, count, rowHeight, pins, picked, left = null }) {
            const selection = getSelection().isCollapsed ? null : getSelection();
            const wanted = new Map();
            const nodes = [];
            rows.forEach((row, i) => {
                const key = identity(row);
                if (wanted.has(key)) return;
                const kept = held.get(key) ?? rowFor(row);
                wanted.set(key, kept);
                nodes.push(kept.node);
                fill(kept, row, first + i, { pins, picked, left, selection });
            });
            held = wanted;
            [first, count - first - rows.length].forEach((missing, i) => {
                if (missing <= 0) return;
                spaces[i].style.height = `${missing * rowHeight}px`;
                if (i === 0) nodes.unshift(spaces[0]);
                else nodes.push(spaces[1]);
            });
            placeChildren(body, nodes);
        },
    };
}

function cellText(column, row) {
    if (column.cell) return column.cell(row);
    const value = row[column.key];
    if (column.format) return column.format(value);
    return value === null || value === undefined ? "–" : String(value);
}
