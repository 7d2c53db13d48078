import { isFieldName } from "./fields.js";
import { fieldTest, wordTest } from "./terms.js";
import { shown } from "./units.js";

// Longer than 150 lines: it is one grammar, whose parts call each other.

// The filter that the fleet and all tables share: words, "as it stands", -not, a | b, /pattern/, name*, field:value,
// figure>50. A term that makes no sense is left out, and said so: the others still hold.

export const LONGEST = 300;
const MOST_TERMS = 64;
const SIGNS = { "≥": ">=", "≤": "<=", "==": "=" };
const QUOTES = { '"': '"', "“": "”", "„": "“" };
const newest = new WeakMap();

/**
 * Reads what was typed as a filter over rows of `language` (`{words(row), fields}`):
 * `{isEmpty, keeps(row), rows(rows), problem}`; `problem` says in words what was left out, or is empty.
 */
export function compile(language, typed) {
    const text = String(typed ?? "");
    const held = newest.get(language);
    if (held?.text === text) return held.filter;
    const filter = made(language, text);
    newest.set(language, { text, filter });
    return filter;
}

function made(language, typed) {
    const problems = [];
    if (typed.length > LONGEST) problems.push(`The filter is too long: only its first ${LONGEST} characters are used.`);
    const { terms, isCut } = termsOf(typed.slice(0, LONGEST), language);
    if (isCut) problems.push(`Only the first ${MOST_TERMS} terms are used.`);
    const branches = [[]];
    for (const term of terms) {
        if (term.isOr) branches.push([]);
        else if (term.problem) problems.push(`${shown(term.typed)} is ignored: ${term.problem}.`);
        else branches.at(-1).push(term);
    }
    const asked = branches.filter((branch) => branch.length > 0);
    const all = asked.flat();
    const brokenNow = () => all.filter((term) => term.broken?.());
    const asText = all.filter(({ note }) => note).map(({ note }) => note);
    let isNothing = false;
    const passes = ({ test, isNot, broken }, row, words) => Boolean(broken?.()) || test(row, words) !== isNot;

    const filter = {
        /** Nothing is asked: every row stays. */
        isEmpty: asked.length === 0,
        keeps(row) {
            if (asked.length === 0) return true;
            let folded = null;
            const words = () => (folded ??= language.words(row));
            return asked.some((branch) => branch.every((term) => passes(term, row, words)));
        },
        /** Those of `rows` that stay. */
        rows(rows) {
            const before = brokenNow().length;
            const kept = rows.filter(filter.keeps);
            // What gave up half-way is left out for the rows before it as well.
            const all = brokenNow().length > before ? rows.filter(filter.keeps) : kept;
            isNothing = all.length === 0 && rows.length > 0;
            return all;
        },
        get problem() {
            const late = brokenNow().map((term) => `${shown(term.typed)} is ignored: ${term.broken()}.`);
            return [...problems, ...late, ...(isNothing ? asText : [])].slice(0, 3).join(" ");
        },
    };
    return filter;
}

/** The terms as typed, by alternative; an empty text is one alternative without terms. */
export function alternatives(language, typed) {
    const found = [[]];
    for (const term of termsOf(String(typed ?? "").slice(0, LONGEST), language).terms) {
        if (term.isOr) found.push([]);
        else found.at(-1).push(term.typed);
    }
    return found.length === 1 ? found : found.filter((terms) => terms.length > 0);
}

/** The terms in order, `{isOr}` between alternatives. */
function termsOf(text, language) {
    const terms = [];
    let at = 0;
    while (at < text.length) {
        const space = /^\s+/.exec(text.slice(at));
        if (space) at += space[0].length;
        else if (text[at] === "|") {
            terms.push({ isOr: true });
            at += 1;
        } else if (terms.length >= MOST_TERMS) return { terms, isCut: true };
        else {
            const { term, length } = termAt(text.slice(at), language);
            terms.push({ ...term, typed: text.slice(at, at + length).trim() });
            at += length;
        }
    }
    return { terms, isCut: false };
}

function termAt(rest, language) {
    // `-x` is not x; `--x` is looked for as it stands, as options of programs are written.
    const isNot = /^-[^-\s|]/.test(rest);
    const skipped = isNot ? 1 : 0;
    const body = rest.slice(skipped);
    const field = fieldAt(body);
    const { value, length } = valueAt(body.slice(field?.length ?? 0), language.fields.get(field?.name)?.kind);
    return { term: { isNot, ...tested(field, value, language) }, length: skipped + (field?.length ?? 0) + length };
}

function tested(field, value, language) {
    try {
        if (!field) {
            const mistaken = unknownFigure(value, language);
            if (mistaken) return { problem: mistaken };
            return value.text === "" ? { test: () => true } : { ...wordTest(value), note: likeField(value, language) };
        }
        const known = language.fields.get(field.name);
        if (!known) return { problem: `${field.name} is not a field here. Fields: ${namesOf(language).join(", ")}` };
        if (value.text === "") return { problem: `write a value after ${field.name}${field.sign}` };
        return fieldTest(known, field.name, field.sign, value);
    } catch (error) {
        return { problem: value.isPattern ? `in the expression, ${error.message}` : error.message };
    }
}

// `cpu>`, `cpu > `, `user:`: the beginning of a term by a field. A name that is no field of any table is text.
function fieldAt(body) {
    const [whole, name, sign] = /^(\p{L}{1,20})(?:(:)|\s*(?:>=|<=|!=|==|[≥≤=<>])\s*)/u.exec(body) ?? [];
    if (!whole || !isFieldName(name.toLowerCase())) return null;
    const typedSign = sign ?? whole.slice(name.length).trim();
    return { name: name.toLowerCase(), sign: SIGNS[typedSign] ?? typedSign, length: whole.length };
}

// A figure as a table shows it, `3.0 GiB`.
const COPIED = /^[\d.]+\s(?:[KMGTP]iB(?:\/s)?|B\/s|%|µs|ms)(?=[\s|]|$)/i;

function valueAt(rest, kind) {
    const copied = kind === "figure" && COPIED.exec(rest);
    if (copied) return { value: { text: copied[0] }, length: copied[0].length };
    const close = QUOTES[rest[0]];
    if (close) return quotedAt(rest, close);
    const slashed = patternAt(rest);
    if (slashed !== null) return { value: { text: slashed, isPattern: true }, length: slashed.length + 2 };
    const text = /^[^\s|]*/.exec(rest)[0];
    return { value: { text }, length: text.length };
}

// To the closing quote, or to the end while somebody is still typing. `\"` is a quote within.
function quotedAt(rest, close) {
    let text = "";
    for (let i = 1; i < rest.length; i += 1) {
        if (rest[i] === close || (close === "”" && rest[i] === '"')) return { value: { text, isQuoted: true }, length: i + 1 };
        if (rest[i] === "\\" && (rest[i + 1] === close || rest[i + 1] === "\\")) i += 1;
        text += rest[i];
    }
    return { value: { text, isQuoted: true }, length: rest.length };
}

// Between slashes, the last of which ends the term: `/usr/bin/x` is a path.
function patternAt(rest) {
    if (rest[0] !== "/") return null;
    for (const found of [/^\/((?:\\.|\[(?:\\.|[^\]\\])*\]|[^/\\[])+)\/(?=[\s|]|$)/su, /^\/((?:\\.|[^/\\])+)\/(?=[\s|]|$)/su]) {
        const [, source] = found.exec(rest) ?? [];
        if (source !== undefined) return source;
    }
    return null;
}

// `cpi>50`: meant as a figure, which there is none of that name.
function unknownFigure({ text, isQuoted, isPattern }, language) {
    if (isQuoted || isPattern) return null;
    const [, name] = /^(\p{L}{1,20})(?:>=|<=|[≥≤<>])[\d.]/u.exec(text) ?? [];
    return name === undefined ? null : `${name} is not a field here. Fields: ${namesOf(language).join(", ")}`;
}

// `usr:root`: looked for as text, which is worth a word where nothing holds it.
function likeField({ text, isQuoted, isPattern }, language) {
    const [, name] = /^(\p{L}{1,20}):[^\s:/]/u.exec(text) ?? [];
    if (isQuoted || isPattern || name === undefined) return null;
    return `${shown(text)} is searched as text, because ${name}: is not a field. Fields: ${namesOf(language).join(", ")}.`;
}

const namesOf = ({ fields }) => [...new Set([...fields.values()].map(({ name }) => name))];
