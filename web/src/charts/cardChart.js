const GAP_MS = 3500;
const SPARSE_STEPS = 2.5;

/**
 * The tiny areas of a host's card, one above the other on one canvas, over the same span.
 * @param rows `{trend, keys, hue, top}`: readings of `keys` summed up over `[0, top]`; unknown ones and holes break
 */
export function drawCard(context, { width, height, ratio, rows, from, to, gapMs = GAP_MS, colors }) {
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    const rowHeight = height / rows.length;
    rows.forEach((row, i) => drawRow(context, row, { width, y: i * rowHeight, height: rowHeight - 4, from, to, gapMs, colors }));
}

function drawRow(context, { trend, keys, hue, top }, { width, y, height, from, to, gapMs, colors }) {
    const base = Math.round(y + height) + 1.5;
    context.fillStyle = colors.grid;
    context.fillRect(0, base, width, 1);
    const { times, length } = trend;
    let first = length;
    while (first > 0 && times[first - 1] >= from) first -= 1;
    first = Math.max(0, first - 1);
    const color = colors.hues[hue];
    const x = (t) => ((t - from) / (to - from)) * width;
    const level = (value) => base - (Math.min(top, Math.max(0, value)) / top) * height;

    let run = [];
    const flush = () => {
        if (run.length === 0) return;
        // A single reading between holes is a dot, not nothing.
        if (run.length === 2) run.push(run[0] + 1.5, run[1]);
        context.beginPath();
        context.moveTo(run[0], base);
        for (let j = 0; j < run.length; j += 2) context.lineTo(run[j], run[j + 1]);
        context.lineTo(run.at(-2), base);
        context.fillStyle = color;
        context.globalAlpha = 0.22;
        context.fill();
        context.globalAlpha = 1;
        context.beginPath();
        context.moveTo(run[0], run[1]);
        for (let j = 2; j < run.length; j += 2) context.lineTo(run[j], run[j + 1]);
        context.strokeStyle = color;
        context.lineWidth = 1.25;
        context.lineJoin = "round";
        context.stroke();
        run = [];
    };
    // Closer than a pixel nothing could be told apart: the highest stays.
    const put = (at, y) => {
        if (run.length > 0 && at - run.at(-2) < 1) run[run.length - 1] = Math.min(run.at(-1), y);
        else run.push(at, y);
    };
    for (let i = first; i < length; i += 1) {
        let value = 0;
        for (const key of keys) value += trend.values[key][i];
        const longest = times[i] <= trend.sparse.until ? Math.max(gapMs, SPARSE_STEPS * trend.sparse.stepMs) : gapMs;
        if (Number.isNaN(value) || (i > first && times[i] - times[i - 1] > longest)) flush();
        if (!Number.isNaN(value)) put(x(times[i]), level(value));
    }
    flush();
}

/** The largest sum of `keys` since `from`, at least `least`. */
export function peakOf(trend, keys, from, least) {
    let peak = least;
    for (let i = trend.length - 1; i >= 0 && trend.times[i] >= from; i -= 1) {
        let value = 0;
        for (const key of keys) value += trend.values[key][i];
        if (value > peak) peak = value;
    }
    return peak;
}

/** The palette as the page's style has it now: read once per theme, not per chart. */
export function readColors(node) {
    const style = getComputedStyle(node);
    const read = (name) => style.getPropertyValue(name).trim();
    return { grid: read("--grid"), hues: Array.from({ length: 9 }, (_, i) => read(`--hue-${i}`)) };
}
