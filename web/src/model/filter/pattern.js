// Longer than 150 lines: parser, program and automaton of an expression are only understood together.

// Regular expressions that cannot hang the page: a lazily built automaton, which reads each character once. The
// browser's own engine backtracks, so that a short expression from a link could keep it busy for hours.

const MOST_STEPS = 600;
const BUDGET = 1_000_000;
const LAST = 0x10ffff;
const DIGITS = [[48, 57]];
const WORD = [[48, 57], [65, 90], [95, 95], [97, 122]];
const SPACE = [
    [9, 13], [32, 32], [0xa0, 0xa0], [0x1680, 0x1680], [0x2000, 0x200a], [0x2028, 0x2029], [0x202f, 0x202f], [0x205f, 0x205f],
    [0x3000, 0x3000], [0xfeff, 0xfeff],
];
const CLASSES = { d: DIGITS, w: WORD, s: SPACE, D: negated(DIGITS), W: negated(WORD), S: negated(SPACE) };
const CONTROLS = { t: 9, n: 10, v: 11, f: 12, r: 13 };
const isWord = (code) => WORD.some(([low, high]) => code >= low && code <= high);

/** As all text is compared: upper and lower case alike, and accents alike however they are written. */
export function fold(text) {
    return (/^[\x00-\x7f]*$/.test(text) ? text : text.normalize("NFC")).toLowerCase();
}

/**
 * A test for folded text. Throws an Error with a sentence for the reader where the expression is wrong, or uses what
 * cannot be done in one pass (back references, looking ahead or behind).
 */
export function pattern(source) {
    return new Automaton(program(parse(source.normalize("NFC"))));
}

class Automaton {
    /** The expression asked for more work than rows are worth: it says no to everything from then on. */
    isExhausted = false;
    #steps;
    #bounds;
    #ascii;
    #states = new Map();
    #start;
    #left = BUDGET;

    constructor(steps) {
        this.#steps = steps;
        // Characters between two bounds are alike to this expression.
        const cuts = new Set([0]);
        for (const [low, high] of [...WORD, ...steps.flatMap((step) => step.ranges ?? [])]) cuts.add(low).add(high + 1);
        this.#bounds = [...cuts].sort((a, b) => a - b);
        this.#ascii = Array.from({ length: 128 }, (_, code) => this.#search(code));
        this.#start = this.#state([0], "start");
    }

    test(text) {
        let state = this.#start;
        for (let i = 0; i < text.length; i += 1) {
            const code = text.codePointAt(i);
            if (code > 0xffff) i += 1;
            const kind = code < 128 ? this.#ascii[code] : this.#search(code);
            state = state.next[kind] ??= this.#step(state, this.#bounds[kind]);
            if (state === FOUND) return true;
            if (this.isExhausted) return false;
        }
        state.atEnd ??= this.#step(state, null) === FOUND;
        return state.atEnd && !this.isExhausted;
    }

    #search(code) {
        let [low, high] = [0, this.#bounds.length];
        while (high - low > 1) {
            const middle = (low + high) >> 1;
            if (this.#bounds[middle] <= code) low = middle;
            else high = middle;
        }
        return low;
    }

    #state(places, before) {
        const key = `${before} ${places.join()}`;
        if (!this.#states.has(key)) this.#states.set(key, { places, before, next: [], atEnd: undefined });
        return this.#states.get(key);
    }

    // From a state by a character, or by the end (null): every way at once.
    #step({ places, before }, code) {
        const after = code === null ? "end" : isWord(code) ? "word" : "other";
        const seen = new Set();
        const next = new Set([0]);
        const open = [...places];
        while (open.length > 0) {
            const place = open.pop();
            if (seen.has(place)) continue;
            seen.add(place);
            const { op, to, ranges, holds } = this.#steps[place];
            if (op === "found") return FOUND;
            if (op === "split") open.push(...to);
            else if (op === "assert" && holds(before, after)) open.push(place + 1);
            else if (op === "char" && code !== null && within(ranges, code)) next.add(place + 1);
        }
        this.#left -= seen.size + 4;
        if (this.#left < 0) this.isExhausted = true;
        return this.#state([...next].sort((a, b) => a - b), after);
    }
}

const FOUND = {};

const within = (ranges, code) => ranges.some(([low, high]) => code >= low && code <= high);

const ASSERTIONS = {
    "^": (before) => before === "start",
    $: (_, after) => after === "end",
    b: (before, after) => (before === "word") !== (after === "word"),
    B: (before, after) => (before === "word") === (after === "word"),
};

/** The steps of a tree, in order: `char`, `split`, `assert`, and at last `found`. */
function program(tree) {
    const steps = [];
    const tooLong = () => new Error("it is too long: use fewer or smaller repetitions");
    const emit = (step) => {
        if (steps.length >= MOST_STEPS) throw tooLong();
        steps.push(step);
        return step;
    };
    let written = 0;
    const write = (node) => {
        // Repetitions of nothing write no step, and would be written for ever.
        if ((written += 1) > 20 * MOST_STEPS) throw tooLong();
        if (node.kind === "char") emit({ op: "char", ranges: node.ranges });
        else if (node.kind === "assert") emit({ op: "assert", holds: ASSERTIONS[node.which] });
        else if (node.kind === "all") node.parts.forEach(write);
        else if (node.kind === "any") writeAny(node.parts);
        else writeRepeat(node);
    };
    const writeAny = (parts) => {
        const ends = parts.slice(0, -1).map((part) => {
            const fork = emit({ op: "split", to: [steps.length + 1] });
            write(part);
            const end = emit({ op: "split", to: [] });
            fork.to.push(steps.length);
            return end;
        });
        write(parts.at(-1));
        for (const end of ends) end.to.push(steps.length);
    };
    const writeRepeat = ({ part, least, most }) => {
        for (let i = 0; i < least; i += 1) write(part);
        if (most === Infinity) {
            const at = steps.length;
            const fork = emit({ op: "split", to: [at + 1] });
            write(part);
            emit({ op: "split", to: [at] });
            fork.to.push(steps.length);
            return;
        }
        const forks = [];
        for (let i = least; i < most; i += 1) {
            forks.push(emit({ op: "split", to: [steps.length + 1] }));
            write(part);
        }
        for (const fork of forks) fork.to.push(steps.length);
    };
    write(tree);
    emit({ op: "found" });
    return steps;
}

/** The tree of an expression: `char`, `assert`, `all`, `any` and `repeat`. */
function parse(source) {
    const signs = [...source];
    let at = 0;
    const take = (sign) => signs[at] === sign && (at += 1, true);

    function any() {
        const parts = [all()];
        while (take("|")) parts.push(all());
        return parts.length === 1 ? parts[0] : { kind: "any", parts };
    }
    function all() {
        const parts = [];
        while (at < signs.length && signs[at] !== "|" && signs[at] !== ")") parts.push(repeated());
        return { kind: "all", parts };
    }
    function repeated() {
        const first = signs[at];
        let part = one();
        for (;;) {
            const bounds = quantifier();
            if (!bounds) return part;
            if (part.kind === "assert") throw new Error(`"${first}" cannot be repeated`);
            part = { kind: "repeat", part, least: bounds[0], most: bounds[1] };
            // Greedy or not, the same rows are found.
            take("?");
        }
    }
    function quantifier() {
        if (take("*")) return [0, Infinity];
        if (take("+")) return [1, Infinity];
        if (take("?")) return [0, 1];
        const [whole, least, comma, most] = /^\{(\d+)(,(\d*))?\}/.exec(signs.slice(at, at + 24).join("")) ?? [];
        if (!whole) return null;
        at += whole.length;
        const bounds = [Number(least), !comma ? Number(least) : most === "" ? Infinity : Number(most)];
        if (bounds[0] > bounds[1]) throw new Error(`the numbers in ${whole} are reversed`);
        // Checked before it is written out: the part may be empty and never reach the limit of steps.
        if (bounds[0] > MOST_STEPS || (bounds[1] > MOST_STEPS && bounds[1] !== Infinity)) {
            throw new Error(`${whole} repeats too often: at most ${MOST_STEPS} times`);
        }
        return bounds;
    }
    function one() {
        const sign = signs[at++];
        switch (sign) {
            case "(": return group();
            case "[": return set();
            case ".": return { kind: "char", ranges: negated([[10, 10], [13, 13]]) };
            case "^": case "$": return { kind: "assert", which: sign };
            case "*": case "+": case "?": throw new Error(`there is nothing before "${sign}" to repeat`);
            case "\\":
                if (signs[at] === "b" || signs[at] === "B") return { kind: "assert", which: signs[at++] };
                return { kind: "char", ranges: foldedSign(escaped()) };
            default: return { kind: "char", ranges: folded(single(sign)) };
        }
    }
    function group() {
        if (take("?") && !take(":")) {
            const name = /^<([\p{L}_][\p{L}\d_]*)>/u.exec(signs.slice(at, at + 60).join(""));
            if (!name) throw new Error("lookahead and lookbehind, (?…), are not supported");
            at += [...name[0]].length;
        }
        const inner = any();
        if (!take(")")) throw new Error('a "(" is not closed');
        return inner;
    }
    function set() {
        const isNot = take("^");
        const ranges = [];
        while (signs[at] !== "]") {
            if (at >= signs.length) throw new Error('a "[" is not closed');
            const low = member();
            if (signs[at] === "-" && signs[at + 1] !== "]" && at + 1 < signs.length) {
                at += 1;
                const high = member();
                if (low.length !== 1 || high.length !== 1 || low[0][0] !== low[0][1] || low[0][0] > high[0][0]) {
                    throw new Error('the range in "[…]" is reversed or has no ends');
                }
                ranges.push(...folded([[low[0][0], high[0][1]]]));
            } else ranges.push(...foldedSign(low));
        }
        at += 1;
        return { kind: "char", ranges: isNot ? negated(ranges) : joined(ranges) };
    }
    function member() {
        const sign = signs[at++];
        if (sign !== "\\") return single(sign);
        return signs[at] === "b" && (at += 1) ? [[8, 8]] : escaped();
    }
    function escaped() {
        const sign = signs[at++];
        if (sign === undefined) throw new Error('a "\\" at the end escapes nothing');
        if (Object.hasOwn(CLASSES, sign)) return CLASSES[sign];
        if (Object.hasOwn(CONTROLS, sign)) return [[CONTROLS[sign], CONTROLS[sign]]];
        if (/[1-9k]/.test(sign)) throw new Error("back references (\\1) are not supported");
        if (/[pP]/.test(sign)) throw new Error(`\\${sign} is not supported`);
        const [whole, hex] = (sign === "x" ? /^([\da-f]{2})/i : sign === "u" ? /^(?:([\da-f]{4})|\{[\da-f]{1,6}\})/i : /^$./)
            .exec(signs.slice(at, at + 8).join("")) ?? [];
        if (!whole) return sign === "0" ? [[0, 0]] : single(sign);
        at += whole.length;
        const code = Math.min(LAST, parseInt(hex ?? whole.slice(1, -1), 16));
        return [[code, code]];
    }

    const tree = any();
    if (at < signs.length) throw new Error('a ")" has no "(" before it');
    return tree;
}

// One sign, or a class such as \D as it is: it holds signs whose small form is a letter that it does not hold.
const foldedSign = (ranges) => (ranges.length === 1 ? folded(ranges) : ranges);

const single = (sign) => [[sign.codePointAt(0), sign.codePointAt(0)]];

// Text comes in lower case, so an upper-case letter means its small one.
function folded(ranges) {
    const more = ranges.flatMap(([low, high]) => {
        const found = [];
        for (let code = low; code <= high && code < low + 0x500; code += 1) {
            const small = String.fromCodePoint(code).toLowerCase().codePointAt(0);
            if (small !== code) found.push([small, small]);
        }
        return found;
    });
    return joined([...ranges, ...more]);
}

function negated(ranges) {
    const left = [];
    let from = 0;
    for (const [low, high] of joined(ranges)) {
        if (low > from) left.push([from, low - 1]);
        from = high + 1;
    }
    if (from <= LAST) left.push([from, LAST]);
    return left;
}

function joined(ranges) {
    const found = [];
    for (const [low, high] of [...ranges].sort((a, b) => a[0] - b[0])) {
        const last = found.at(-1);
        if (last && low <= last[1] + 1) last[1] = Math.max(last[1], high);
        else found.push([low, high]);
    }
    return found;
}
