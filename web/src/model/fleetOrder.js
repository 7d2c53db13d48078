const BY_NAME = new Intl.Collator(undefined, { numeric: true });

/** By what a fleet is sorted: key, words, and which end comes first. */
export const ORDERS = [
    { key: "name", label: "Name", descending: false },
    { key: "cpu", label: "CPU", descending: true },
    { key: "memory", label: "Memory", descending: true },
    { key: "network", label: "Network", descending: true },
    { key: "load", label: "Load", descending: true },
    { key: "silence", label: "Silence", descending: true },
];

/** Words that stand for a state in the filter. */
export const STATES = ["is:busy", "is:silent", "is:alarm"];

/**
 * The hosts that a filter lets through, in order.
 * @param entries `{name, cpu, memory, network, load, cpus, ageMs, stale, alarms}`; unknown figures are null
 */
export function arranged(entries, { sort, filter }) {
    const words = String(filter ?? "").toLowerCase().split(/\s+/).filter(Boolean);
    const kept = entries.filter((entry) => words.every((word) => holds(word, entry)));
    const order = ORDERS.find(({ key }) => key === sort?.key) ?? ORDERS[0];
    const sign = (sort?.key === order.key ? sort.descending : order.descending) ? -1 : 1;
    const byName = (a, b) => BY_NAME.compare(a.name, b.name);
    if (order.key === "name") return kept.sort((a, b) => sign * byName(a, b));
    const read = order.key === "silence" ? (entry) => (entry.stale ? entry.ageMs : null) : (entry) => entry[order.key];
    return kept.sort((a, b) => {
        const [left, right] = [read(a) ?? null, read(b) ?? null];
        const known = Number(left === null) - Number(right === null);
        return known || (left === null ? 0 : sign * (left - right)) || byName(a, b);
    });
}

/** The filter's text with one of its words put in or taken out. */
export function toggled(filter, word) {
    const words = String(filter ?? "").split(/\s+/).filter(Boolean);
    return (words.includes(word) ? words.filter((one) => one !== word) : [...words, word]).join(" ");
}

export const isBusy = ({ cpu, load, cpus }) => (cpu ?? 0) >= 80 || (cpus > 0 && (load ?? 0) > cpus);

function holds(word, entry) {
    switch (word) {
        case "is:busy": return isBusy(entry);
        case "is:silent": return entry.stale;
        case "is:alarm": return entry.alarms > 0;
        default: return holdsFigure(word, entry) ?? entry.name.toLowerCase().includes(word);
    }
}

// `load>2`, `cpu<50`: a bound on a figure; null where the word is none.
function holdsFigure(word, entry) {
    const [, key, sign, bound] = /^(cpu|memory|network|load)([<>])(\d+(?:\.\d+)?)$/.exec(word) ?? [];
    if (!key) return null;
    const value = entry[key];
    return typeof value === "number" && (sign === ">" ? value > Number(bound) : value < Number(bound));
}
