import { list, text } from "./read.js";

const WORDS = {
    first: "first sample, rates follow",
    backfill: "sent late",
    truncated: "table cut short",
    partial: "a source failed",
    "no-privilege": "other users' details hidden",
};
const LONGEST = 40;

/** The `flags` of samples in words, each once; a flag that is not known is shown as it is. */
export function flagWords(...samples) {
    const flags = new Set(samples.flatMap((sample) => list(sample?.flags)).filter((flag) => text(flag)));
    return [...flags].slice(0, 8).map((flag) => (Object.hasOwn(WORDS, flag) ? WORDS[flag] : flag.slice(0, LONGEST)));
}
