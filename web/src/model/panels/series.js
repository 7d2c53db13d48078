const NOTHING = new Float32Array(0);

/** A column of the slice's ring; one without any reading where the probe never sent it. */
export function columnOf(slice, name) {
    const found = slice.ring?.column(name);
    if (found) return found;
    return slice.times.length === 0 ? NOTHING : new Float32Array(slice.times.length).fill(NaN);
}

/** One value of a column or null. */
export const valueAt = (values, index) => {
    const value = index < 0 ? undefined : values[index];
    return value === undefined || Number.isNaN(value) ? null : value;
};

/** Series with their columns, from `{key, label, hue, column?}`. */
export function seriesOf(slice, described) {
    return described.map((series) => ({ ...series, values: columnOf(slice, series.column ?? series.key) }));
}

/** The highest value that the slice shows in any of the columns, at least `least`. */
export function peakOf(slice, columns, least) {
    let highest = least;
    for (const values of columns) {
        for (let i = slice.first; i < slice.end; i += 1) if (values[i] > highest) highest = values[i];
    }
    return highest;
}

/** Row by row the sum of columns; unknown only where all are. */
export function summed(slice, columns) {
    if (columns.length === 1) return columns[0];
    const total = new Float32Array(slice.times.length).fill(NaN);
    for (const values of columns) {
        for (let i = slice.first; i < slice.end; i += 1) {
            if (Number.isNaN(values[i])) continue;
            total[i] = (Number.isNaN(total[i]) ? 0 : total[i]) + values[i];
        }
    }
    return total;
}

/** The names `*` in the columns `prefix:*:suffix`, by what they add up to in the slice, the most first. */
export function busiest(slice, prefix, suffixes) {
    const totals = new Map();
    for (const column of slice.ring?.names ?? []) {
        if (!column.startsWith(`${prefix}:`)) continue;
        const suffix = suffixes.find((ending) => column.endsWith(`:${ending}`));
        if (!suffix) continue;
        const name = column.slice(prefix.length + 1, -suffix.length - 1);
        const values = slice.ring.column(column);
        for (let i = slice.first; i < slice.end; i += 1) {
            if (!Number.isNaN(values[i])) totals.set(name, (totals.get(name) ?? 0) + values[i]);
        }
    }
    return [...totals].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([name]) => name);
}

const SHOWN = 5;

/**
 * Two-way series of devices: the busiest by name, the rest as one. A device keeps its hue while the same ones are shown.
 * @param last names that come last, whatever they carry
 */
export function deviceSeries(slice, { prefix, up, down, last = [] }) {
    const names = busiest(slice, prefix, [up, down]);
    const ordinary = names.filter((name) => !last.includes(name));
    const column = (name, suffix) => columnOf(slice, `${prefix}:${name}:${suffix}`);
    const one = (key, label, hue, members) => ({
        key, label, hue, members,
        up: summed(slice, members.map((name) => column(name, up))),
        down: summed(slice, members.map((name) => column(name, down))),
    });
    const series = ordinary.slice(0, SHOWN).sort().map((name, i) => one(`${prefix}:${name}`, name, i + 1, [name]));
    const rest = ordinary.slice(SHOWN);
    if (rest.length > 0) series.push(one("others", `${rest.length} others`, 7, rest));
    for (const name of names.filter((found) => last.includes(found))) series.push(one(`${prefix}:${name}`, name, 6, [name]));
    return series;
}

/** The parts of a mirrored panel that follow from its two-way series. */
export function mirrored(slice, legend, series, least) {
    const peaks = ["up", "down"].map((way) => 1.08 * peakOf(slice, series.map((one) => one[way]), least));
    // One scale for both, and room in either half for a tick and its word.
    const [top, bottom] = peaks.map((peak, i) => Math.max(peak, peaks[1 - i] / 3));
    const total = (way, index) => {
        const known = series.map((one) => valueAt(one[way], index)).filter((value) => value !== null);
        return known.length === 0 ? null : known.reduce((all, value) => all + value, 0);
    };
    return { kind: "mirror", slice, series, legend, domain: [-bottom, top], total };
}
