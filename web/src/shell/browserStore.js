import { DEFAULT_RULES, parseRules } from "../model/alarms/alarmRules.js";

// What this browser keeps from visit to visit. Storage may be off or full: what is kept then lasts as long as the page.

const ALARMS = "streamassembler.alarms";
const TOKEN = "streamassembler.token";
const VIEW = "streamassembler.view";

function write(storage, key, value) {
    try {
        storage().setItem(key, value);
    } catch {
        // Nothing to do: the page goes on with what it has.
    }
}

function read(storage, key) {
    try {
        return storage().getItem(key);
    } catch {
        return null;
    }
}

/** The reader's thresholds; where none or broken ones are kept, the defaults. */
export const alarmStore = (storage) => ({
    read: () => parseRules(read(storage, ALARMS) ?? "").rules ?? DEFAULT_RULES,
    write: (rules) => write(storage, ALARMS, JSON.stringify({ rules })),
});

/** Theme and time zone, which the reader prefers in every view; a link may ask for others. */
export const preferences = (storage) => ({
    read() {
        try {
            const { theme, tz } = JSON.parse(read(storage, VIEW) ?? "{}") ?? {};
            return { theme, tz };
        } catch {
            return {};
        }
    },
    write: ({ theme, tz }) => write(storage, VIEW, JSON.stringify({ theme, tz })),
});

/** The access token: from the address's fragment once, then kept by the browser. */
export function tokenStore({ location, history, storage }) {
    // Servers under paths of one host have tokens of their own.
    const folder = location.pathname.replace(/[^/]*$/, "");
    const key = folder === "/" ? TOKEN : `${TOKEN}:${folder}`;
    const fragment = new URLSearchParams(location.hash.slice(1));
    let held = fragment.get("token");
    if (held) {
        // Out of the address bar, so that it is not shared by copying the link.
        fragment.delete("token");
        const rest = fragment.toString();
        history.replaceState(null, "", location.pathname + location.search + (rest && `#${rest}`));
        write(storage, key, held);
    }
    return {
        read: () => held || read(storage, key),
        write(value) {
            held = value;
            write(storage, key, value);
        },
    };
}
