import { number, reading } from "../../read.js";

/**
 * `clock`: by the kernel's own knowledge the time still to be slewed away, below 0 where the clock is ahead, and the errors
 * estimated and at most, in µs; the speed that the clock is made to run beyond its crystal's, in ppm; `synced` as 1 or 0.
 */
export function clockPoint(sample, faults) {
    const { synchronised } = sample;
    return {
        synced: typeof synchronised === "boolean" ? Number(synchronised) : null,
        offset: number(sample.offsetUs),
        estError: reading(sample.estErrorUs, faults),
        maxError: reading(sample.maxErrorUs, faults),
        speed: number(sample.freqPpm),
        tookUs: reading(sample.tookUs, faults),
    };
}
