/** Which of `count` rows of equal height to make: those in view and some beyond, as `[first, end)`. */
export function rowWindow({ count, rowHeight, top, height, beyond = 6 }) {
    const first = Math.max(0, Math.min(count, Math.floor(top / rowHeight)) - beyond);
    const end = Math.min(count, Math.ceil((top + height) / rowHeight) + beyond);
    // Even, so that stripes stay with their rows while scrolling.
    return [first - (first % 2), Math.max(first, end)];
}

/** Pinned rows first, each part in its order. */
export function pinnedFirst(rows, pins, identity) {
    if (!pins?.length) return rows;
    const pinned = new Set(pins);
    return [...rows.filter((row) => pinned.has(identity(row))), ...rows.filter((row) => !pinned.has(identity(row)))];
}
