import { linear, surface } from "../../charts/canvas.js";
import { drawHeat, rowHeight } from "../../charts/heatStrip.js";
import { palette } from "../../charts/palette.js";
import { percentBare, UNKNOWN } from "../../model/format.js";
import { columnOf, valueAt } from "../../model/panels/series.js";
import { el, setText } from "../dom.js";

const LIMIT = 128;

/** Each CPU over time as a strip of colour, under the chart of all of them and with its edges. */
export function createCores() {
    const canvas = el("canvas", { role: "img", "aria-label": "Each CPU over time" });
    const label = el("span", { class: "cores-label" });
    const value = el("span", { class: "cores-value" });
    const node = el("div", { class: "cores" }, label, canvas, value);
    let drawn = null;
    let pointed = null;

    const say = (index) => {
        if (!drawn) return;
        const busy = drawn.columns.map((column) => valueAt(column, index));
        if (pointed !== null && pointed < busy.length) {
            setText(value, `CPU ${pointed}: ${busy[pointed] === null ? UNKNOWN : percentBare(busy[pointed])} %`);
            return;
        }
        const known = busy.filter((one) => one !== null);
        if (known.length === 0) setText(value, "");
        else setText(value, `${percentBare(Math.min(...known))} to ${percentBare(Math.max(...known))} %`);
    };
    canvas.addEventListener("pointermove", (event) => {
        if (drawn) pointed = Math.floor((event.clientY - canvas.getBoundingClientRect().top) / rowHeight(drawn.columns.length));
    });
    canvas.addEventListener("pointerleave", () => (pointed = null));

    return {
        node,
        canvas,
        say,
        paint({ slice, cores }, domain, width) {
            const shown = Math.min(cores, LIMIT);
            node.hidden = shown === 0;
            if (shown === 0) return;
            setText(label, cores > LIMIT ? `first ${LIMIT}` : cores === 1 ? "CPU 0" : `CPU 0–${shown - 1}`);
            const columns = Array.from({ length: shown }, (_, i) => columnOf(slice, `core:${i}`));
            const context = surface(canvas, width, shown * rowHeight(shown));
            drawHeat(context, { x: linear(domain, [0, width]), width, slice, columns, palette: palette() });
            drawn = { columns };
        },
    };
}
