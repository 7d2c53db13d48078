import { timeOfDay } from "../../model/format.js";
import { el, setText } from "../dom.js";

/** `5.0 % → 93.0 %`, `started → 93.0 %`, `50.0 % → exited`: what was not listed had no figure that is known. */
function changeWords({ before, at, fate, format, table, isSum }) {
    const ended = table === "processes" ? "exited" : "closed";
    const absent = isSum ? format(0) : { began: "started", ended }[fate] ?? "not listed";
    return `${before === null ? absent : format(before)} → ${at === null ? absent : format(at)}`;
}

/** Who did it: what changed most at the pinned moment, next to the chart that was asked. */
export function createCulpritPanel({ onChoose, onClose }) {
    const title = el("h3", { id: "culprits-title" });
    const list = el("ol");
    const nothing = el("p", { class: "note" });
    const close = el("button", { type: "button", class: "tool", "aria-label": "Close", text: "✕", onclick: onClose });
    const node = el("aside", { class: "culprits panel", "aria-labelledby": "culprits-title", hidden: true },
        el("header", {}, title, close), nothing, list);

    return {
        node,
        /** `answer`: `{what, t, rows, format, remark}`, null while nothing is asked. */
        paint(answer, tz) {
            node.hidden = answer === null;
            if (answer === null) return;
            const { what, t, rows, remark } = answer;
            setText(title, `Who did it: ${what} at ${timeOfDay(t, tz)}`);
            setText(nothing, remark);
            // Rows of one kind are compared with each other.
            const mostOf = (format) => Math.max(1e-9, ...rows.filter((row) => row.format === format).map(({ change }) => Math.abs(change)));
            list.replaceChildren(...rows.map((row) => {
                const bar = el("i", { class: row.change > 0 ? "bar more" : "bar less", "aria-hidden": "true" });
                bar.style.width = `${(100 * Math.abs(row.change)) / mostOf(row.format)}%`;
                const parts = [
                    el("span", { class: "name", text: row.name, title: row.name }),
                    el("span", { class: "detail", text: row.detail, title: row.detail }),
                    el("span", { class: "value", text: changeWords(row) }),
                    el("span", { class: "track" }, bar),
                ];
                const isRow = Boolean(row.table);
                const face = isRow
                    ? el("button", { type: "button", title: "Show in table", onclick: () => onChoose(row) }, ...parts)
                    : el("div", {}, ...parts);
                return el("li", { "data-key": row.key }, face);
            }));
        },
    };
}

const GAP = 8;
const WIDTH = 380;
// Less of it in view is not noticed.
const NOTICED = 120;

/** Keeps `node` in `page` next to the chart it explains, or below it where there is no room; it scrolls with it. */
export function keepBeside(node, page) {
    let anchor = null;

    function put() {
        const room = page.getBoundingClientRect();
        const box = anchor.getBoundingClientRect();
        const width = Math.min(WIDTH, room.width);
        const isRight = room.right - box.right >= width + GAP;
        const isLeft = !isRight && box.left - room.left >= width + GAP;
        const left = isRight ? box.right + GAP : isLeft ? box.left - GAP - width : Math.min(box.left, room.right - width);
        node.style.width = `${width}px`;
        node.style.left = `${left - room.left}px`;
        node.style.top = `${(isRight || isLeft ? box.top : box.bottom + GAP) - room.top}px`;
    }
    new ResizeObserver(() => anchor && put()).observe(page);

    return {
        /** `to`: what it speaks of, null while it is hidden. */
        put(to) {
            const came = to !== null && to !== anchor;
            anchor = to;
            if (!came) return;
            put();
            if (node.getBoundingClientRect().top > innerHeight - NOTICED) node.scrollIntoView({ block: "nearest" });
        },
    };
}
