import { list, number, text } from "./read.js";

const WORDS = {
    first: "first sample, rates follow",
    backfill: "sent late",
    truncated: "table cut short",
    partial: "a source failed",
    "no-privilege": "other users' details hidden",
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
