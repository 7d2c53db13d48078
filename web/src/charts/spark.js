import { lowerBound } from "../model/ring.js";

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
