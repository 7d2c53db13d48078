import { levels, timeAxis, valueAxis } from "../../charts/axes.js";
import { linear, surface } from "../../charts/canvas.js";
import { drawGrid, drawLines, DRAWN } from "../../charts/draw.js";
import { palette } from "../../charts/palette.js";
import { timeOfDay, timeTick, UNKNOWN } from "../../model/format.js";
import { nearest } from "../../model/hosts/history.js";
import { upperBound } from "../../model/hosts/ring.js";
import { followPointer } from "./chartPointer.js";
import { el, setText, svg } from "../dom.js";
import { createLegend } from "./legend.js";
import { createMenu } from "../menu.js";

// Longer than 150 lines: the layers of one chart share its size and scales.

const { scaleTime, scaleUtc, select, ticks: evenTicks } = globalThis.d3;
const LABEL_WIDTH = 66;
const MARGIN = { top: 6, right: 12, bottom: 20, left: 66 };

/**
 * A titled chart over time with its legend: marks on a canvas, axes and what follows the pointer as SVG over it.
 * It draws only while in view; `onShow` asks for a painting when it comes into view or changes its size.
 */
export function createPanel({ id, view, onToggle, onShow }) {
    const title = el("h3", { id: `panel-${id}` });
    const note = el("span", { class: "note" });
    const headline = el("output", { class: "headline", "data-readout": id, "aria-live": "off" });
    const menu = createMenu({ label: "Save this chart", face: "⋯" });
    const key = createLegend({ onToggle });
    const layers = Object.fromEntries(
        ["grid", "marks", "halves", "times", "brush", "pin", "cursor"].map((name) => [name, svg("g", { class: name })]));
    layers.brush.append(svg("rect"));
    for (const name of ["pin", "cursor"]) layers[name].append(svg("line"), svg("text", { y: 2 }));
    const root = svg("g", { transform: `translate(${MARGIN.left},${MARGIN.top})` }, ...Object.values(layers));
    const canvas = el("canvas", { class: "plot", "aria-hidden": "true" });
    const chart = svg("svg", { role: "img", tabindex: 0, "aria-labelledby": `panel-${id}` }, root);
    const figure = el("div", { class: "figure" }, canvas, chart);
    const extra = el("div", { class: "extra" });
    const node = el("section", { class: "panel", "data-panel": id, "aria-labelledby": `panel-${id}` },
        el("header", {}, title, note, headline, menu.node), key.node, figure, extra);

    let size = { width: 0, height: 0 };
    let inView = true;
    let x = linear([0, 1], [0, 1]);
    let shown = null;
    let isTold = false;
    new ResizeObserver(([entry]) => {
        size = { width: Math.floor(entry.contentRect.width), height: Math.floor(entry.contentRect.height) };
        onShow();
    }).observe(figure);
    new IntersectionObserver(([entry]) => {
        const came = entry.isIntersecting && !inView;
        inView = entry.isIntersecting;
        if (came) onShow();
    }, { rootMargin: "100px" }).observe(node);

    const inner = () => ({
        width: Math.max(1, size.width - MARGIN.left - MARGIN.right),
        height: Math.max(1, size.height - MARGIN.top - MARGIN.bottom),
    });
    const brush = followPointer(chart, {
        id, view, timeAt: (clientX) => x.invert(clientX - chart.getBoundingClientRect().left - MARGIN.left),
        onBrush: (range) => paintBrush(range),
    });

    function paintChart(panel, domain, tz) {
        const { width, height } = inner();
        x = linear(domain, [0, width]);
        const y = linear(panel.domain, [height, 0]);
        chart.setAttribute("width", size.width);
        chart.setAttribute("height", size.height);
        const values = panel.ticks ?? evenTicks(...panel.domain, 3);
        select(layers.grid).call(valueAxis({ y, ticks: values, format: panel.tick }));
        const times = (tz === "utc" ? scaleUtc : scaleTime)(domain, [0, width]).ticks(Math.max(2, width / 90));
        select(layers.times).call(timeAxis({ x, ticks: times, height, format: (date) => timeTick(date, tz) }));
        paintHalves(panel.halves ?? [], width, height);
        select(layers.marks).call(levels({ y, marks: panel.marks ?? [], width }));
        const context = surface(canvas, size.width, size.height);
        context.save();
        context.translate(MARGIN.left, MARGIN.top);
        const marks = { x, y, slice: panel.slice, palette: palette() };
        drawGrid(context, { y, ticks: values, width, palette: marks.palette });
        context.beginPath();
        context.rect(0, -MARGIN.top, width, height + MARGIN.top + 1);
        context.clip();
        DRAWN[panel.kind](context, { ...marks, series: panel.series });
        if (panel.overlay?.length) drawLines(context, { ...marks, series: panel.overlay });
        context.restore();
        paintBrush(brush.range);
    }

    // Which half of a mirrored chart is which, in its outer corner.
    function paintHalves(words, width, height) {
        select(layers.halves).selectAll("text").data(words).join("text")
            .attr("x", 4)
            .attr("y", (_, i) => (i === 0 ? 9 : height - 3))
            .text((word) => word);
    }

    function paintBrush(range) {
        const rect = layers.brush.firstChild;
        rect.setAttribute("width", range ? Math.abs(x(range[1]) - x(range[0])) : 0);
        rect.setAttribute("x", range ? Math.min(x(range[0]), x(range[1])) : 0);
        rect.setAttribute("height", inner().height);
    }

    function paintLine(layer, t, words, row = 0) {
        const isIn = t !== null && t >= x.domain[0] && t <= x.domain[1];
        layer.classList.toggle("shown", isIn);
        if (!isIn) return;
        const at = Math.round(x(t)) + 0.5;
        const [line, text] = layer.children;
        for (const [name, value] of [["x1", at], ["x2", at], ["y2", inner().height]]) line.setAttribute(name, value);
        const near = at > inner().width - 60;
        text.setAttribute("x", at + (near ? -6 : 6));
        text.setAttribute("text-anchor", near ? "end" : "start");
        text.setAttribute("dy", `${0.7 + 2 * row}em`);
        setText(text, words);
    }

    return {
        node, extra, menu, canvas, chart,
        get innerWidth() {
            return inner().width;
        },
        get shown() {
            return shown;
        },
        /** Whether its readings were shown at least once: then its legend has its size. */
        get isTold() {
            return isTold;
        },
        get isInView() {
            return inView && size.width > 0;
        },
        /** What is drawn is of another host: the next painting is done even out of view. */
        forget() {
            shown = null;
            isTold = false;
            key.forget();
        },
        /** `domain`: the times of the left and right edge. */
        paint(panel, { domain, stale, tz }) {
            shown = { panel, domain };
            setText(title, panel.title);
            setText(note, panel.note);
            note.classList.toggle("figures", /\d/.test(panel.note));
            node.classList.toggle("stale", stale);
            if (size.width > 0) paintChart(panel, domain, tz);
        },
        /** Lines at the moments pointed at and pinned, and the readings of that moment, else the newest drawn. */
        paintCursor({ cursor, pinnedAt, tz }, reach) {
            if (!shown) return;
            isTold = shown.panel.slice.end > shown.panel.slice.first;
            const { panel } = shown;
            const { slice } = panel;
            const t = cursor ?? pinnedAt;
            const newest = () => Math.min(slice.end, upperBound(slice.times, shown.domain[1])) - 1;
            const index = t === null ? newest() : nearest(slice.times, t, reach, slice.end);
            setText(headline, index < 0 ? UNKNOWN : panel.headline(index).replace("  ", "\n"));
            key.paint(panel, index);
            if (size.width === 0) return;
            // The pinned time keeps its place; the other stands below it where they would overlap.
            const isNear = cursor !== null && pinnedAt !== null && Math.abs(x(cursor) - x(pinnedAt)) < 2 * LABEL_WIDTH;
            const [pointed, pinned] = [cursor, pinnedAt].map((at) => (at === null ? "" : timeOfDay(at, tz)));
            // The same time is said once.
            paintLine(layers.cursor, cursor, pointed === pinned ? "" : pointed, isNear ? 1 : 0);
            paintLine(layers.pin, pinnedAt, pinned);
        },
    };
}
