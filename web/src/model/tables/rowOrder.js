/** The order after `column` was chosen: turned round if it was in use, else the way one wants to read it first. */
export function flipped(order, column) {
    if (order.key === column.key) return { ...order, descending: !order.descending };
    return { key: column.key, descending: Boolean(column.numeric) };
}

/** Rows in order; unknown values come last in both directions, equal rows keep a fixed order by identity. */
export function sorted(rows, { key, descending }, identity) {
    const sign = descending ? -1 : 1;
    return [...rows].sort((a, b) => {
        const known = Number(isUnknown(a[key])) - Number(isUnknown(b[key]));
        return known || sign * compare(a[key], b[key]) || compare(identity(a), identity(b));
    });
}

/** At most so many rows that have gone keep their places: under a pointer that rests for an hour they would pile up. */
const LEFT_AT_MOST = 64;

/**
 * Rows in the places they had, while somebody reads or aims at them: new rows come last, and rows that have gone keep their
 * places. Gives `{rows, left}`, `left` the identities of those.
 */
export function inPlace(rows, before, identity) {
    const now = new Map(rows.map((row) => [identity(row), row]));
    const left = new Set();
    const kept = [];
    for (const row of before) {
        const key = identity(row);
        const current = now.get(key);
        if (current) now.delete(key);
        else if (left.size < LEFT_AT_MOST) left.add(key);
        else continue;
        kept.push(current ?? row);
    }
    return { rows: [...kept, ...now.values()], left };
}

const isUnknown = (value) => value === null || value === undefined || value === "";

function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (isUnknown(a) || isUnknown(b)) return 0;
    // By code unit: the same everywhere and fast, which matters at a hundred rows a second.
    const [left, right] = [String(a), String(b)];
    return left < right ? -1 : left > right ? 1 : 0;
}

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
