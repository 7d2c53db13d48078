// Amounts as people type them: `50`, `1.5g`, `200 KiB/s`, `10ms`, `80%`.

const K = 1024;
const sizes = { "": 1, b: 1, k: K, m: K ** 2, g: K ** 3, t: K ** 4, p: K ** 5 };
const counts = { "": 1, k: 1e3, m: 1e6, g: 1e9 };
const times = { us: 1e-3, "µs": 1e-3, "μs": 1e-3, ms: 1, s: 1e3, min: 6e4, m: 6e4, h: 36e5, d: 864e5 };

/** Kinds of amounts: what each unit is worth, words for an error, an example. */
export const UNITS = {
    percent: { of: { "": 1, "%": 1 }, words: "a percentage", example: "50" },
    bytes: { of: sizes, words: "an amount of bytes: use k, m, g or t", example: "1g" },
    rate: { of: sizes, words: "bytes per second: use k, m or g", example: "1m" },
    count: { of: counts, words: "a number", example: "10" },
    plain: { of: { "": 1 }, words: "a number", example: "2" },
    // Bare milliseconds and bare seconds: as the column shows them.
    latency: { of: { ...times, "": 1 }, words: "a time: use us, ms or s", example: "10ms" },
    span: { of: { ...times, "": 1e3 }, words: "a time: use s, m, h or d", example: "10m" },
};

const AMOUNT = /^([+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?)\s*([%a-zµμ]*)(\/s)?$/;

/**
 * Reads an amount as `{value, slack, isShare}`: in base units, half of the last digit that is shown of such an amount,
 * and whether it is a share of the whole (`%`) of something that is no percentage. Throws an Error in words.
 * @param hasShare whether a share can be asked for; `isShareBare`: a number without a unit is a share
 * @param needsUnit a number without a unit is refused, since nobody means bytes by it
 */
export function amount(typed, unit, { hasShare = false, isShareBare = false, needsUnit = false } = {}) {
    const { of, words, example } = UNITS[unit];
    const wrong = (what) => new Error(`${what}. Write ${words}, such as ${example}`);
    const [, digits, ending] = AMOUNT.exec(typed.toLowerCase()) ?? [];
    if (digits === undefined) {
        const hasComma = /^[+-]?\d+,\d+/.test(typed);
        throw wrong(hasComma ? `write ${typed.replace(",", ".")} with a decimal point` : `"${shown(typed)}" is not a number`);
    }
    const isBytes = unit === "bytes" || unit === "rate";
    const name = isBytes && ending.length > 1 ? ending.replace(/i?b$/, "") : ending;
    const isShare = hasShare && (name === "%" || (isShareBare && name === ""));
    if (!isShare && !Object.hasOwn(of, name)) throw wrong(`the unit "${shown(ending)}" is not known here`);
    if (needsUnit && name === "" && Number(digits) !== 0) throw wrong(`${digits} has no unit`);
    const size = isShare ? 1 : of[name];
    const isWhole = unit === "count" || (isBytes && size === 1);
    const decimals = Math.max(1, (/\.(\d*)/.exec(digits)?.[1] ?? "").length);
    return { value: Number(digits) * size, slack: isWhole && size === 1 ? 0 : 0.5 * 10 ** -decimals * size, isShare };
}

/** A typed text for an error: not longer than a line. */
export const shown = (typed) => (typed.length > 30 ? `${[...typed].slice(0, 29).join("")}…` : typed);
