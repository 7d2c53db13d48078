import { el, setText } from "../dom.js";
import { timeOfDay } from "../model/format.js";

/** Who did it: what changed most at the pinned moment, beside the charts and over nothing that moves. */
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
            const { what, t, rows, format, remark } = answer;
            setText(title, `Who did it: ${what} at ${timeOfDay(t, tz)}`);
            setText(nothing, remark);
            const most = Math.max(1e-9, ...rows.map(({ change }) => Math.abs(change)));
            list.replaceChildren(...rows.map((row) => {
                const bar = el("i", { class: row.change > 0 ? "bar more" : "bar less", "aria-hidden": "true" });
                bar.style.width = `${(100 * Math.abs(row.change)) / most}%`;
                const parts = [
                    el("span", { class: "name", text: row.name, title: row.name }),
                    el("span", { class: "detail", text: row.detail, title: row.detail }),
                    el("span", { class: "value", text: `${format(row.before)} → ${format(row.at)}` }),
                    el("span", { class: "track" }, bar),
                ];
                const isRow = Boolean(row.table);
                const face = isRow
                    ? el("button", { type: "button", title: "Show in its table", onclick: () => onChoose(row) }, ...parts)
                    : el("div", {}, ...parts);
                return el("li", { "data-key": row.key }, face);
            }));
        },
    };
}
