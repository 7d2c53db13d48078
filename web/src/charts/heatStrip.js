import { upperBound } from "../model/hosts/ring.js";
import { channels } from "./palette.js";

const LEVELS = 64;

/** The height of one CPU's row in CSS pixels: what many of them still leave readable. */
export function rowHeight(cores) {
    if (cores <= 4) return 9;
    if (cores <= 8) return 7;
    if (cores <= 16) return 4;
    return cores <= 32 ? 2 : 1;
}

/** Which row of a column of pixels has the reading of time `t`: the last at or before it, unless in a hole. */
export function rowAt({ times, first, end, longest }, t) {
    const place = upperBound(times, t) - 1;
    if (place < first || place >= end || t - times[place] > longest) return -1;
    return place;
}

/** Time from left to right, a row for each CPU, colour for how busy it was; holes stay empty. */
export function drawHeat(context, { x, width, slice, columns, palette }) {
    const high = rowHeight(columns.length);
    const wide = Math.max(1, Math.floor(width));
    const image = new ImageData(wide, columns.length);
    const pixels = new Uint32Array(image.data.buffer);
    const colours = shades(palette);
    for (let px = 0; px < wide; px += 1) {
        const row = rowAt(slice, x.invert(px + 0.5));
        if (row < 0) continue;
        for (let core = 0; core < columns.length; core += 1) {
            const busy = columns[core][row];
            if (!Number.isNaN(busy)) pixels[core * wide + px] = colours[Math.min(LEVELS - 1, Math.floor((busy / 100) * LEVELS))];
        }
    }
    const buffer = new OffscreenCanvas(wide, columns.length);
    buffer.getContext("2d").putImageData(image, 0, 0);
    context.imageSmoothingEnabled = false;
    const gap = high >= 5 ? 1 : 0;
    for (let core = 0; core < columns.length; core += 1) {
        context.drawImage(buffer, 0, core, wide, 1, x.range[0], core * high, wide, high - gap);
    }
}

let known = { key: null, colours: null };

// From the empty panel to a colour that no mode of the chart above has; a little busy is seen already.
function shades(palette) {
    const key = palette.sunken + palette.heat;
    if (known.key === key) return known.colours;
    const [low, high] = [palette.sunken, palette.heat].map(channels);
    const colours = new Uint32Array(LEVELS);
    for (let level = 0; level < LEVELS; level += 1) {
        const place = (level / (LEVELS - 1)) ** 0.6;
        const [r, g, b] = low.map((from, i) => Math.round(from + (high[i] - from) * place));
        colours[level] = (255 << 24) | (b << 16) | (g << 8) | r;
    }
    known = { key, colours };
    return colours;
}
