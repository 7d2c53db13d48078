import { fold, pattern } from "./pattern.js";
import { amount, shown, UNITS } from "./units.js";

// One term of a filter as a test for a row. A test may carry `broken()`: why it must be left out after all.

const KEPT_RESULTS = 4000;

/** `words` of a row that hold what was typed, anywhere. Value: `{text, isQuoted, isPattern}`. */
export function wordTest(value) {
    const { holds, broken } = textTest(value, { isWhole: false });
    return { test: (_, words) => words().some(holds), broken };
}

/** A test by a field: `state:D`, `cpu>50`. Throws an Error in words. */
export function fieldTest(field, name, sign, value) {
    switch (field.kind) {
        case "text": return textField(field, name, sign, value);
        case "id": return idField(field, name, sign, value);
        case "figure": return figureField(field, name, sign, value);
        default: return flagField(field, name, sign, value);
    }
}

// Whether a folded text is as typed: a pattern, a name with *, or the words themselves.
function textTest({ text, isQuoted, isPattern }, { isWhole }) {
    if (isPattern) return patternTest(text);
    const wanted = fold(text);
    if (!isQuoted && wanted.includes("*")) return { holds: globTest(wanted.split("*")) };
    return { holds: isWhole ? (held) => held === wanted : (held) => held.includes(wanted) };
}

function patternTest(source) {
    const automaton = pattern(source);
    // The same names and commands come each second.
    let results = new Map();
    return {
        holds(text) {
            let result = results.get(text);
            if (result === undefined) {
                if (results.size >= KEPT_RESULTS) results = new Map();
                results.set(text, (result = automaton.test(text)));
            }
            return result;
        },
        broken: () => (automaton.isExhausted ? "it takes too long: simplify it" : null),
    };
}

// The pieces between stars, the first at the beginning and the last at the end.
function globTest(pieces) {
    const [first, last] = [pieces[0], pieces.at(-1)];
    const inner = pieces.slice(1, -1).filter(Boolean);
    return (text) => {
        if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) return false;
        let at = first.length;
        for (const piece of inner) {
            const place = text.indexOf(piece, at);
            if (place < 0) return false;
            at = place + piece.length;
        }
        return at <= text.length - last.length;
    };
}

function textField({ read, isWhole, plain = (text) => text }, name, sign, value) {
    if (!isEqual(sign) && sign !== "!=") throw new Error(`${name} is text, not a number. Write ${name}:NAME`);
    const parts = isWhole && !value.isQuoted && !value.isPattern
        ? value.text.split(",").filter(Boolean).map((text) => ({ ...value, text: plain(fold(text)) })) : [value];
    if (parts.length === 0) throw new Error(`write a name after ${name}:`);
    const tests = parts.map((part) => textTest(part, { isWhole }));
    const isHeld = (one) => one !== null && one !== undefined && tests.some(({ holds }) => holds(plain(fold(String(one)))));
    const test = (row) => {
        const found = read(row);
        return (Array.isArray(found) ? found.some(isHeld) : isHeld(found)) === (sign !== "!=");
    };
    return { test, broken: () => tests.map(({ broken }) => broken?.()).find(Boolean) ?? null };
}

// Numbers that name something: `port:80,443`, `port:8000-8100`, `pid>1000`.
function idField({ read }, name, sign, { text }) {
    const all = (row) => [read(row)].flat().filter((one) => typeof one === "number");
    if (!isEqual(sign) && sign !== "!=") {
        const { value } = amount(text, "plain");
        return { test: (row) => all(row).some((one) => compares(sign, one, value, 0)) };
    }
    const ranges = text.split(",").filter(Boolean).map((part) => {
        const [whole, low, high = low] = /^(\d{1,15})(?:-(\d{1,15}))?$/.exec(part) ?? [];
        if (!whole) throw new Error(`"${shown(part)}" is not a number. Write ${name}:80, ${name}:80,443 or ${name}:8000-8100`);
        if (Number(low) > Number(high)) throw new Error(`the ends of ${whole} are reversed`);
        return [Number(low), Number(high)];
    });
    if (ranges.length === 0) throw new Error(`write a number after ${name}:`);
    const isIn = (one) => ranges.some(([low, high]) => one >= low && one <= high);
    return { test: (row) => all(row).some(isIn) === (sign !== "!=") };
}

function figureField({ read, share, unit, needsUnit, isShareBare }, name, sign, { text }) {
    if (text === "") throw new Error(`write a number after ${name}${sign}, such as ${name}>${UNITS[unit].example}`);
    const { value, slack, isShare } = amount(text, unit, { hasShare: Boolean(share), isShareBare, needsUnit });
    const of = isShare ? share : read;
    const test = (row) => {
        const found = of(row);
        return typeof found === "number" && compares(sign, found, value, slack);
    };
    return { test };
}

function flagField({ flags }, name, sign, { text }) {
    const flag = Object.hasOwn(flags, fold(text)) ? flags[fold(text)] : null;
    if (!flag) throw new Error(`${name}: can be ${Object.keys(flags).join(", ")}`);
    return { test: (row) => flag(row) === (sign !== "!=") };
}

const isEqual = (sign) => sign === ":" || sign === "=";

function compares(sign, found, wanted, slack) {
    switch (sign) {
        case ">": return found > wanted;
        case "<": return found < wanted;
        case ">=": return found >= wanted;
        case "<=": return found <= wanted;
        // As the figure is shown: 50.04 % stands there as 50.0.
        case "!=": return Math.abs(found - wanted) > slack;
        default: return Math.abs(found - wanted) <= slack;
    }
}
