import { HOSTS, isSilent } from "./filter/fields.js";
import { alternatives, compile } from "./filter/language.js";

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
    const kept = [...compile(HOSTS, filter).rows(entries)];
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

/** Whether each alternative of a filter asks for `word`. */
export const asks = (filter, word) => alternatives(HOSTS, filter).every((terms) => terms.includes(word));

/** The filter's text with `word` put into each of its alternatives, or taken out of them. */
export function toggled(filter, word) {
    const found = alternatives(HOSTS, filter);
    const change = asks(filter, word)
        ? (terms) => terms.filter((term) => term !== word)
        : (terms) => (terms.includes(word) ? terms : [...terms, word]);
    return found.map((terms) => change(terms).join(" ")).filter(Boolean).join(" | ");
}
