import { list, number, object, text } from "../read.js";

// Short, as a card has room for little; the host's page says what to do.
const WORDS = {
    first: "first sample",
    backfill: "sent late",
    truncated: "table shortened",
    partial: "a source failed",
    "no-privilege": "limited rights",
    "clock-step": "clock was set",
};
const LONGEST = 40;

/** The `flags` of samples in words, each once; a flag that is not known is shown as it is. Then how many samples `lost`. */
export function flagWords(...samples) {
    const lost = samples.reduce((sum, sample) => sum + Math.max(0, number(sample?.lost) ?? 0), 0);
    const flags = new Set(samples.flatMap((sample) => list(sample?.flags)).filter((flag) => text(flag)));
    const words = [...flags].slice(0, 8).map((flag) => (Object.hasOwn(WORDS, flag) ? WORDS[flag] : flag.slice(0, LONGEST)));
    return lost > 0 ? [...words, `${lost} samples lost`] : words;
}

/** Whether a sample of `clock` says that no time service holds the host's clock. */
export const isUnsynchronised = (sample) => object(sample).synchronised === false;

const UNSYNCHRONISED = "Clock: not synchronised; start chrony or systemd-timesyncd on the host";
const TABLES = { top: "Processes", netstat: "Connections", clock: "Clock" };
const REMEDIES = {
    first: (of) => `${of}: first sample; rates come with the next one`,
    backfill: (of) => `${of}: sent late, because the host could not reach Redis`,
    truncated: (of) => `${of}: the table is shortened; the totals include the other rows`,
    partial: (of) => `${of}: a source failed; see the collector's log on the host`,
    "no-privilege": (of) => `${of}: limited rights; run the collector as root or with its capabilities to see other users' details`,
    "clock-step": (of) => `${of}: the host's clock was set to another time`,
};

/** What is amiss with the newest samples of a host's probes (`name → {latest}`): each says which table, and what to do. */
export function warningsOf(probes) {
    const words = [];
    for (const [name, { latest }] of probes) {
        const of = Object.hasOwn(TABLES, name) ? TABLES[name] : name;
        for (const flag of list(latest?.flags).filter((one) => text(one)).slice(0, 8)) {
            words.push(Object.hasOwn(REMEDIES, flag) ? REMEDIES[flag](of) : `${of}: ${flag.slice(0, LONGEST)}`);
        }
        if (name === "clock" && isUnsynchronised(latest)) words.push(UNSYNCHRONISED);
        const lost = Math.max(0, number(latest?.lost) ?? 0);
        if (lost > 0) words.push(`${of}: ${lost} samples lost before this one`);
    }
    return words;
}
