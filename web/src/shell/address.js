import { fromHash, isOtherPlace, toHash } from "../model/view/viewState.js";

// What follows so soon is of the same gesture: a double click begins with a click.
const GESTURE_MS = 400;

/**
 * Keeps address and view in step: a link restores the view; the browser's Back and Forward lead to where the reader
 * was, through hosts, zooms and pinned moments.
 */
export function bindAddress(view, {
    base, location = globalThis.location, history = globalThis.history, target = globalThis, now = () => performance.now(),
}) {
    const addressOf = (state) => {
        const hash = toHash(state);
        return location.pathname + location.search + (hash && `#${hash}`);
    };
    let isQuiet = false;
    // The newest entry, if it is of another time of the same host: when it was made, and what was left for it.
    const NONE = { at: -Infinity, from: null };
    let made = NONE;

    function tell(next, { isNew, isSameHost }) {
        if (!isNew) return history.replaceState(null, "", next);
        if (isSameHost && now() - made.at < GESTURE_MS) {
            // A gesture that came to nothing leaves nothing to go back through.
            if (next === made.from) return history.back();
            return history.replaceState(null, "", next);
        }
        made = isSameHost ? { at: now(), from: location.pathname + location.search + location.hash } : NONE;
        return history.pushState(null, "", next);
    }

    view.replace(fromHash(location.hash, base));
    view.subscribe((state, before) => {
        const next = addressOf(state);
        if (next === location.pathname + location.search + location.hash || next === addressOf(before)) return;
        tell(next, {
            isNew: !isQuiet && isOtherPlace(state, before), isSameHost: state.page === before.page && state.host === before.host,
        });
    });
    target.addEventListener("popstate", () => {
        made = NONE;
        const next = fromHash(location.hash, { ...base, theme: view.state.theme, tz: view.state.tz });
        // What lasts a moment, such as the pause, is not in the address and need not go where nothing else changes.
        if (toHash(next) !== toHash(view.state)) view.replace(next);
    });
    return {
        link: () => location.origin + addressOf(view.state),
        /** Changes the view without an entry to come back to: what was before was not the reader's choice. */
        instead(change) {
            isQuiet = true;
            change();
            isQuiet = false;
        },
    };
}

/** Puts a text where the reader can paste it from; false where the browser does not let us. */
export async function copyText(text) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        return false;
    }
}
