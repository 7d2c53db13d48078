import { gapBefore } from "../model/hosts/history.js";
import { lowerBound } from "../model/hosts/ring.js";

// Marks of charts on a canvas, from columns of numbers. A row without reading, or a hole in time, breaks the mark.

/** Calls `run(first, end)` for every unbroken run of rows; `isKnown(i)` tells whether row i has a reading. */
export function runs({ times, first, end, longest }, isKnown, run) {
    let start = -1;
    for (let i = first; i <= end; i += 1) {
        const goesOn = i < end && isKnown(i) && !(start >= 0 && gapBefore(times, i, longest));
        if (start >= 0 && !goesOn) {
            run(start, i);
            start = -1;
        }
        if (start < 0 && i < end && isKnown(i)) start = i;
    }
}

/** Grid lines at the values of `ticks`, zero a little stronger. */
export function drawGrid(context, { y, ticks, width, palette }) {
    for (const value of ticks) {
        context.fillStyle = value === 0 ? palette.line : palette.grid;
        context.fillRect(0, Math.round(y(value)), width, 1);
    }
}

function trace(context, { x, y, slice, values, sign = 1 }, from, to, move) {
    for (let i = from; i < to; i += 1) {
        const [px, py] = [x(slice.times[i]), y(sign * values[i])];
        if (move && i === from) context.moveTo(px, py);
        else context.lineTo(px, py);
    }
    // A single reading between two holes would be a line of no length.
    if (move && to - from === 1) context.lineTo(x(slice.times[from]) + 1, y(sign * values[from]));
}

/** One line per series. */
export function drawLines(context, { x, y, slice, series, palette }) {
    context.lineWidth = 1.5;
    context.lineJoin = "round";
    for (const { values, hue, dashed } of series) {
        context.beginPath();
        runs(slice, (i) => !Number.isNaN(values[i]), (from, to) => trace(context, { x, y, slice, values }, from, to, true));
        context.strokeStyle = palette.hue[hue];
        context.setLineDash(dashed ? [4, 3] : []);
        context.stroke();
    }
    context.setLineDash([]);
}

/** Stacked areas, bottom to top in the order of `series`; a single unknown among known ones counts as nothing. */
function drawStack(context, { x, y, slice, series, palette }) {
    const below = new Float64Array(slice.times.length);
    const above = new Float64Array(slice.times.length);
    const isKnown = (i) => series.some(({ values }) => !Number.isNaN(values[i]));
    for (const { values, hue } of series) {
        for (let i = slice.first; i < slice.end; i += 1) above[i] = below[i] + (Number.isNaN(values[i]) ? 0 : values[i]);
        context.beginPath();
        runs(slice, isKnown, (from, to) => {
            const last = to - from === 1 ? x(slice.times[from]) + 1 : x(slice.times[to - 1]);
            trace(context, { x, y, slice, values: above }, from, to, true);
            context.lineTo(last, y(below[to - 1]));
            for (let i = to - 1; i >= from; i -= 1) context.lineTo(x(slice.times[i]), y(below[i]));
            context.closePath();
        });
        context.fillStyle = palette.hue[hue];
        context.fill();
        below.set(above);
    }
}

/** Two quantities of each series around the zero line: `up` above, `down` below, both positive. */
function drawMirror(context, { x, y, slice, series, palette }) {
    context.lineWidth = 1.5;
    context.lineJoin = "round";
    for (const { up, down, hue } of series) {
        for (const [values, sign] of [[up, 1], [down, -1]]) {
            const isKnown = (i) => !Number.isNaN(values[i]);
            const mark = { x, y, slice, values, sign };
            context.beginPath();
            runs(slice, isKnown, (from, to) => {
                context.moveTo(x(slice.times[from]), y(0));
                trace(context, mark, from, to, false);
                context.lineTo(x(slice.times[to - 1]), y(0));
            });
            context.globalAlpha = 0.2;
            context.fillStyle = palette.hue[hue];
            context.fill();
            context.globalAlpha = 1;
            context.beginPath();
            runs(slice, isKnown, (from, to) => trace(context, mark, from, to, true));
            context.strokeStyle = palette.hue[hue];
            context.stroke();
        }
    }
}

export const DRAWN = { stack: drawStack, lines: drawLines, mirror: drawMirror };

/** A small filled line of one column over `domain`; rows without reading lie at zero. The top is 100, or the highest. */
export function drawSpark(context, { times, values, domain: [from, to], width, height, palette }) {
    const first = lowerBound(times, from);
    const end = Math.min(times.length, lowerBound(times, to + 1));
    if (end <= first) return;
    let top = 10;
    for (let i = first; i < end; i += 1) if (values[i] > top) top = values[i];
    const x = (i) => ((times[i] - from) / (to - from)) * width;
    const y = (i) => height - 1 - ((Number.isNaN(values[i]) ? 0 : values[i]) / top) * (height - 3);
    context.beginPath();
    for (let i = first; i < end; i += 1) context.lineTo(x(i), y(i));
    context.strokeStyle = palette.hue[1];
    context.lineWidth = 1;
    context.stroke();
    context.lineTo(x(end - 1), height);
    context.lineTo(x(first), height);
    context.globalAlpha = 0.2;
    context.fillStyle = palette.hue[1];
    context.fill();
    context.globalAlpha = 1;
}
