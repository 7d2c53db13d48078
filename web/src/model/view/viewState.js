import { list, number, object, text } from "../read.js";

// Longer than 150 lines: the value, its setters and its text in the address name the same fields.

// What the reader has chosen to see, as one plain value: no data, no DOM. Everything that changes it stands here.

export const SPANS_MS = [60_000, 300_000, 600_000];
export const SHORTEST_SPAN_MS = 5_000;
export const LONGEST_SPAN_MS = 86_400_000;
const LATEST_MS = 8.64e15;
const LONGEST_TEXT = 300;
const MOST_TABLES = 16;
const MOST_KEYS = 64;
const NAME = /^[a-z][a-zA-Z0-9_-]{0,40}$/;

/**
 * `span` is `{ms}` (the newest so many, following the present) or `{from, to}` (zoomed in, standing still);
 * `liveMs` the span to go back to. `cursor` is the moment pointed at, `pinnedAt` the one whose tables are shown,
 * `asked` the panel whose spike at `pinnedAt` is explained; `isStep` whether the moment or the zoom was reached by a step
 * of a key from another, and is no place of its own. Times are epoch ms of the host's clock.
 * `tables`: by id `{sort: {key, descending}, filter, columns: [key…], pins: [identity…], picked: identity}`, all optional.
 */
export const INITIAL = Object.freeze({
    page: "fleet",
    host: null,
    span: Object.freeze({ ms: 300_000 }),
    liveMs: 300_000,
    cursor: null,
    paused: false,
    pinnedAt: null,
    asked: null,
    isStep: false,
    tz: "local",
    theme: "auto",
    tables: Object.freeze({}),
});

/** Every change, as `(state, …) → state`; one that changes nothing, or makes no sense, gives the same object back. */
export const setters = {
    toFleet: (state) => merged(state, { page: "fleet", cursor: null, pinnedAt: null, asked: null, isStep: false, paused: false }),
    toHost(state, name) {
        if (text(name) === null || name.length > LONGEST_TEXT) return state;
        if (state.page === "host" && state.host === name) return state;
        const moment = state.host === name ? {} : { cursor: null, pinnedAt: null, asked: null, isStep: false, span: { ms: state.liveMs } };
        return merged(state, { ...moment, page: "host", host: name, tables: unpicked(state) });
    },
    follow: (state, ms) => (isSpan(ms) ? merged(state, { span: { ms }, liveMs: ms }) : state),
    zoom(state, from, to, isStep = false) {
        if (!isTime(from) || !isTime(to)) return state;
        const [low, high] = from <= to ? [from, to] : [to, from];
        return isSpan(high - low) ? merged(state, { span: { from: low, to: high }, isStep }) : state;
    },
    unzoom: (state) => (state.span.ms ? state : merged(state, { span: { ms: state.liveMs }, isStep: false })),
    point: (state, t) => (t === null || isTime(t) ? merged(state, { cursor: t }) : state),
    pause: (state, paused) => merged(state, { paused: Boolean(paused) }),
    pin(state, t, asked = state.asked, isStep = false) {
        if (t === null) return merged(state, { pinnedAt: null, asked: null, isStep: false });
        return isTime(t) ? merged(state, { pinnedAt: t, asked: isName(asked) ? asked : null, isStep }) : state;
    },
    ask: (state, panel) => merged(state, { asked: isName(panel) ? panel : null }),
    /** Back to the present: nothing pinned, paused, pointed at or zoomed. */
    live: (state) => merged(state, {
        cursor: null, pinnedAt: null, asked: null, isStep: false, paused: false, span: state.span.ms ? state.span : { ms: state.liveMs },
    }),
    inZone: (state, tz) => (["local", "utc"].includes(tz) ? merged(state, { tz }) : state),
    inTheme: (state, theme) => (["auto", "dark", "light"].includes(theme) ? merged(state, { theme }) : state),
    table(state, id, change) {
        if (!isName(id) || (!Object.hasOwn(state.tables, id) && Object.keys(state.tables).length >= MOST_TABLES)) return state;
        return merged(state, { tables: { ...state.tables, [id]: { ...state.tables[id], ...change } } });
    },
};

/** Whether the reader has gone elsewhere, so that he may want to come back: not by typing, sorting or stepping on. */
export function isOtherPlace(state, before) {
    if (state.page !== before.page || state.host !== before.host) return true;
    if (Boolean(state.span.ms) !== Boolean(before.span.ms) || (state.pinnedAt === null) !== (before.pinnedAt === null)) return true;
    if (state.isStep) return false;
    return state.pinnedAt !== before.pinnedAt || (!state.span.ms && !equal(state.span, before.span));
}

/** One observable state with every setter as a method. A listener gets `(state, before)`, only after a change. */
export function createViewState(initial = INITIAL) {
    let state = initial;
    const listeners = new Set();
    const view = {
        get state() {
            return state;
        },
        /** Puts another state in place of this one, as a link or the browser's history asks. */
        replace(next) {
            if (next === state) return;
            const before = state;
            state = next;
            for (const listener of [...listeners]) listener(state, before);
        },
        /** Returns what ends it. */
        subscribe(listener) {
            listeners.add(listener);
            return () => listeners.delete(listener);
        },
    };
    for (const [name, change] of Object.entries(setters)) {
        view[name] = (...values) => view.replace(change(state, ...values));
    }
    return view;
}

/** The state as the text after `#`; what stands as at first, and what lasts a moment (cursor, pause), is left out. */
export function toHash(state) {
    const out = new URLSearchParams();
    if (state.page === "host" && state.host !== null) out.set("host", state.host);
    else if (state.host !== null) out.set("last", state.host);
    if (state.liveMs !== INITIAL.liveMs) out.set("span", String(state.liveMs / 1000));
    if (!state.span.ms) out.set("zoom", `${Math.round(state.span.from)}-${Math.round(state.span.to)}`);
    if (state.pinnedAt !== null) out.set("at", String(Math.round(state.pinnedAt)));
    if (state.asked !== null) out.set("who", state.asked);
    if (state.tz !== INITIAL.tz) out.set("tz", state.tz);
    if (state.theme !== INITIAL.theme) out.set("theme", state.theme);
    for (const [id, table] of Object.entries(state.tables)) {
        const { sort, filter, columns, pins, picked } = table;
        if (sort) out.set(`${id}.sort`, (sort.descending ? "-" : "") + sort.key);
        if (filter) out.set(`${id}.filter`, filter);
        if (columns) out.set(`${id}.columns`, columns.join(","));
        if (pins?.length) out.set(`${id}.pins`, JSON.stringify(pins));
        if (picked) out.set(`${id}.picked`, picked);
    }
    return out.toString();
}

/** Reads what `toHash` wrote over `base`. Whatever is not understood is left as in `base`; nothing throws. */
export function fromHash(hash, base = INITIAL) {
    const read = new URLSearchParams(String(hash ?? "").replace(/^#/, ""));
    let state = base;
    const set = (name, ...values) => (state = setters[name](state, ...values));
    if (read.has("last")) state = merged(setters.toHost(state, read.get("last")), { page: "fleet" });
    if (read.has("host")) set("toHost", read.get("host"));
    if (read.has("span")) set("follow", 1000 * Number(read.get("span") || NaN));
    const zoom = /^(\d+)-(\d+)$/.exec(read.get("zoom") ?? "");
    if (zoom) set("zoom", Number(zoom[1]), Number(zoom[2]));
    if (/^\d+$/.test(read.get("at") ?? "")) set("pin", Number(read.get("at")), read.get("who"));
    if (read.has("tz")) set("inZone", read.get("tz"));
    if (read.has("theme")) set("inTheme", read.get("theme"));
    for (const [name, value] of read) {
        const [, id, field] = /^([^.]+)\.([a-z]+)$/.exec(name) ?? [];
        if (!id || value.length > 20 * LONGEST_TEXT) continue;
        const change = tableField(field, value);
        if (change) set("table", id, change);
    }
    return state;
}

function tableField(field, value) {
    switch (field) {
        case "sort": {
            const key = value.replace(/^-/, "");
            return isName(key) ? { sort: { key, descending: value.startsWith("-") } } : null;
        }
        case "filter": return { filter: value.slice(0, LONGEST_TEXT) };
        case "columns": {
            const columns = value.split(",").filter(isName).slice(0, MOST_KEYS);
            return columns.length > 0 ? { columns } : null;
        }
        case "pins": {
            const pins = list(parsed(value)).filter((pin) => text(pin) !== null && pin.length <= LONGEST_TEXT);
            return pins.length > 0 ? { pins: pins.slice(0, MOST_KEYS) } : null;
        }
        case "picked": return value && value.length <= LONGEST_TEXT ? { picked: value } : null;
        default: return null;
    }
}

function parsed(value) {
    try {
        return JSON.parse(value);
    } catch {
        return null;
    }
}

// The rows picked belong to the host that is left.
function unpicked(state) {
    const tables = Object.entries(state.tables).map(([id, { picked: _, pins: __, ...kept }]) => [id, kept]);
    return Object.fromEntries(tables);
}

function merged(state, change) {
    const same = Object.entries(change).every(([key, value]) => equal(state[key], value));
    return same ? state : { ...state, ...change };
}

function equal(a, b) {
    if (Object.is(a, b)) return true;
    const [left, right] = [object(a), object(b)];
    return typeof a === "object" && a !== null && JSON.stringify(left) === JSON.stringify(right);
}

const isName = (value) => typeof value === "string" && NAME.test(value);
const isTime = (value) => number(value) !== null && value >= 0 && value <= LATEST_MS;
const isSpan = (value) => number(value) !== null && value >= SHORTEST_SPAN_MS && value <= LONGEST_SPAN_MS;
