import { levels, timeAxis, valueAxis } from "../charts/axes.js";
import { lineChart } from "../charts/lineChart.js";
import { mirrorChart } from "../charts/mirrorChart.js";
import { stackChart } from "../charts/stackChart.js";
import { el, setText, svg } from "../dom.js";
import { timeOfDay, timeTick, UNKNOWN } from "../model/format.js";
import { nearest } from "../model/history.js";
import { createLegend } from "./legend.js";

const { scaleLinear, scaleTime, select } = globalThis.d3;
const MARGIN = { top: 8, right: 12, bottom: 22, left: 64 };
const CHARTS = { stack: stackChart, lines: lineChart, mirror: mirrorChart };

/** A titled chart over time with its legend. `cursor` is shared: `{t}` is the moment pointed at, or null. */
export function createPanel({ id, cursor, onCursor, onToggle }) {
    const title = el("h3", { id: `panel-${id}` });
    const note = el("span", { class: "note" });
    const headline = el("output", { class: "headline", "data-readout": id, "aria-live": "off" });
    const key = createLegend({ onToggle });
    const layers = Object.fromEntries(
        ["grid", "plot", "overlay", "marks", "times", "cursor"].map((name) => [name, svg("g", { class: name })]));
    layers.cursor.append(svg("line"), svg("text", { y: 2 }));
    const root = svg("g", { transform: `translate(${MARGIN.left},${MARGIN.top})` }, ...Object.values(layers));
    const chart = svg("svg", { role: "img", tabindex: 0, "aria-labelledby": `panel-${id}` }, root);
    const figure = el("div", { class: "figure" }, chart);
    const extra = el("div", { class: "extra" });
    const node = el("section", { class: "panel", "data-panel": id, "aria-labelledby": `panel-${id}` },
        el("header", {}, title, note, headline), key.node, figure, extra);

    let size = { width: 0, height: 0 };
    let x = scaleTime();
    new ResizeObserver(([entry]) => {
        size = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) };
        onCursor(cursor.t);
    }).observe(figure);

    const inner = () => ({
        width: Math.max(1, size.width - MARGIN.left - MARGIN.right),
        height: Math.max(1, size.height - MARGIN.top - MARGIN.bottom),
    });
    chart.addEventListener("pointermove", (event) => {
        onCursor(Number(x.invert(event.clientX - chart.getBoundingClientRect().left - MARGIN.left)));
    });
    chart.addEventListener("pointerleave", () => onCursor(null));
    chart.addEventListener("blur", () => onCursor(null));
    chart.addEventListener("keydown", (event) => {
        const step = { ArrowLeft: -1000, ArrowRight: 1000 }[event.key];
        if (event.key === "Escape") onCursor(null);
        if (step === undefined) return;
        event.preventDefault();
        onCursor((cursor.t ?? Number(x.domain()[1])) + step * (event.shiftKey ? 10 : 1));
    });

    function paintChart(panel, domain) {
        const { width, height } = inner();
        x = scaleTime(domain, [0, width]);
        const y = scaleLinear(panel.domain, [height, 0]);
        select(chart).attr("width", size.width).attr("height", size.height);
        const ticks = panel.ticks ?? y.ticks(4);
        select(layers.grid).call(valueAxis({ y, ticks, format: panel.tick, width }));
        select(layers.times).call(timeAxis({ x, height, count: Math.max(2, width / 90), format: timeTick }));
        const { points } = panel;
        select(layers.plot).call(CHARTS[panel.kind]({ x, y, points, series: panel.series }));
        select(layers.overlay).call(lineChart({ x, y, points, series: panel.overlay ?? [] }));
        select(layers.marks).call(levels({ y, marks: panel.marks ?? [], width }));
    }

    function paintCursor(t) {
        const shown = t !== null && t >= x.domain()[0] && t <= x.domain()[1];
        layers.cursor.setAttribute("class", shown ? "cursor shown" : "cursor");
        if (!shown) return;
        const at = x(t);
        select(layers.cursor).select("line").attr("x1", at).attr("x2", at).attr("y2", inner().height);
        const near = at > inner().width - 60;
        select(layers.cursor).select("text").attr("x", at + (near ? -6 : 6)).attr("text-anchor", near ? "end" : "start")
            .attr("dy", "0.7em").text(timeOfDay(t));
    }

    return {
        node,
        extra,
        /** `domain`: the times of the left and right edge; `reach`: how far from the cursor a point may be, in ms. */
        paint(panel, { domain, reach, stale }) {
            setText(title, panel.title);
            setText(note, panel.note);
            node.classList.toggle("stale", stale);
            const known = panel.points.filter((point) => point.id !== undefined);
            const point = cursor.t === null ? known.at(-1) ?? null : nearest(known, cursor.t, reach);
            setText(headline, point ? panel.headline(point) : UNKNOWN);
            key.paint(panel, point);
            if (size.width === 0) return;
            paintChart(panel, domain);
            paintCursor(cursor.t);
        },
    };
}
