import { HOSTS, isSilent } from "../filter/fields.js";
import { alternatives, compile } from "../filter/language.js";
import { percent, perSecond } from "../format.js";
import { number } from "../read.js";

const BY_NAME = new Intl.Collator(undefined, { numeric: true });

const by = (key, label, read = (entry) => entry[key], format = null) => ({ key, label, descending: true, read, format });

/**
 * By what a fleet is sorted: key, words, which end comes first, the figure, and how it is written where a card does not
 * show it anyway. Of a silent host no figure is known: it never ranks by an old one.
 */
export const ORDERS = [
    { key: "name", label: "Name", descending: false, read: (entry) => entry.name, format: null },
    by("cpu", "CPU"),
    by("iowait", "I/O wait", undefined, percent),
    by("memory", "Memory"),
    by("swap", "Swap used", undefined, percent),
    by("pressure", "Pressure", undefined, percent),
    by("network", "Network"),
    by("retrans", "Retransmits", undefined, perSecond),
    by("disk", "Disk busy", undefined, percent),
    by("load", "Load"),
    by("top", "Top process", (entry) => entry.top?.cpuPct),
    by("silence", "Silence", (entry) => entry.ageMs),
];

const isKnown = (order, entry) => isSilent(entry) === (order.key === "silence");

/** Words of the filter that ask for a state. */
export const STATES = ["is:busy", "is:silent", "is:alarm"];

/**
 * The hosts that a filter lets through, in order.
 * @param entries `{name, cpu, iowait, memory, …, top: {name, cpuPct}, ageMs, stale, state, alarms}`; unknown figures are null
 */
export function arranged(entries, { sort, filter }) {
    const kept = [...compile(HOSTS, filter).rows(entries)];
    const order = ORDERS.find(({ key }) => key === sort?.key) ?? ORDERS[0];
    const sign = (sort?.key === order.key ? sort.descending : order.descending) ? -1 : 1;
    const byName = (a, b) => BY_NAME.compare(a.name, b.name);
    if (order.key === "name") return kept.sort((a, b) => sign * byName(a, b));
    const figures = new Map(kept.map((entry) => [entry, isKnown(order, entry) ? number(order.read(entry)) : null]));
    return kept.sort((a, b) => {
        const [left, right] = [figures.get(a), figures.get(b)];
        const known = Number(left === null) - Number(right === null);
        return known || (left === null ? 0 : sign * (left - right)) || byName(a, b);
    });
}

/** The figure by which the fleet is sorted, for a host whose card does not show it: `I/O wait 12.5 %`; else empty. */
export function orderWords(sort, entry) {
    const order = ORDERS.find(({ key }) => key === sort?.key);
    return !order?.format ? "" : `${order.label} ${order.format(isKnown(order, entry) ? order.read(entry) : null)}`;
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
