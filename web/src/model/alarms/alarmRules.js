import { list, number, object, text } from "../read.js";

/** What can be watched: words, unit, and the sensible bounds of its thresholds. */
export const METRICS = {
    cpu: { label: "CPU busy", unit: "%", most: 100 },
    memory: { label: "Memory used", unit: "%", most: 100 },
    psiCpu: { label: "CPU pressure", unit: "%", most: 100 },
    psiMemory: { label: "Memory pressure", unit: "%", most: 100 },
    psiIo: { label: "I/O pressure", unit: "%", most: 100 },
    drops: { label: "Packets dropped", unit: "/s", most: 1e9 },
    retransmits: { label: "TCP retransmits", unit: "/s", most: 1e9 },
    clock: { label: "Clock error at most", unit: "ms", most: 1e6 },
    stale: { label: "Silent", unit: "s", most: 1e6 },
};

const rule = (metric, above, below, forS) => ({ metric, above, below, forS, on: true });

/** `above` fires after `forS` seconds without a break; below `below` it ends. Silence counts past three intervals. */
export const DEFAULT_RULES = [
    rule("cpu", 95, 85, 30),
    rule("memory", 92, 88, 10),
    rule("psiCpu", 60, 40, 30),
    rule("psiMemory", 10, 5, 10),
    rule("psiIo", 40, 20, 20),
    rule("drops", 10, 1, 5),
    rule("retransmits", 50, 20, 10),
    rule("clock", 1000, 500, 60),
    rule("stale", 5, 3, 0),
];

/** A rule as it may stand: `{rule}`, or `{problem}` that names what is wrong and what is allowed. */
export function checkedRule(given) {
    const { metric, above, below, forS, on } = object(given);
    if (!Object.hasOwn(METRICS, metric)) {
        return { problem: `metric: ${JSON.stringify(metric) ?? "missing"}; allowed: ${Object.keys(METRICS).join(", ")}` };
    }
    const { label, most } = METRICS[metric];
    const within = (value, low, high) => number(value) !== null && value >= low && value <= high;
    if (!within(above, 0, most)) return { problem: `${label}: "starts above" is ${above}; allowed: 0 to ${most}` };
    if (!within(below, 0, above)) return { problem: `${label}: "ends below" is ${below}; allowed: 0 to ${above}` };
    if (!within(forS, 0, 3600)) return { problem: `${label}: "for" is ${forS} s; allowed: 0 to 3600 s` };
    return { rule: { metric, above, below, forS, on: on !== false } };
}

/** Reads exported rules, `{rules: […]}` or the list alone: `{rules, problems}`; a metric left out keeps its default. */
export function parseRules(json) {
    let read;
    try {
        read = JSON.parse(text(json) ?? "");
    } catch {
        return { rules: null, problems: ["The file is not JSON."] };
    }
    const given = Array.isArray(read) ? read : object(read).rules;
    if (!Array.isArray(given)) return { rules: null, problems: ["rules: missing; allowed: a list of rules"] };
    const checked = list(given).slice(0, 100).map(checkedRule);
    const problems = checked.filter(({ problem }) => problem).map(({ problem }) => problem);
    if (problems.length > 0) return { rules: null, problems };
    const byMetric = new Map(checked.map(({ rule: one }) => [one.metric, one]));
    return { rules: DEFAULT_RULES.map((one) => byMetric.get(one.metric) ?? one), problems: [] };
}
