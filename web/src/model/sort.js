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

const isUnknown = (value) => value === null || value === undefined || value === "";

function compare(a, b) {
    if (typeof a === "number" && typeof b === "number") return a - b;
    if (isUnknown(a) || isUnknown(b)) return 0;
    // By code unit: the same everywhere and fast, which matters at a hundred rows a second.
    const [left, right] = [String(a), String(b)];
    return left < right ? -1 : left > right ? 1 : 0;
}
