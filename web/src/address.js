import { fromHash, toHash } from "./model/viewState.js";

/** Keeps the address and the view alike: a link restores the view, the browser's Back leads to the page before. */
export function bindAddress(view, { base, location = globalThis.location, history = globalThis.history }) {
    const addressOf = (state) => {
        const hash = toHash(state);
        return location.pathname + location.search + (hash && `#${hash}`);
    };
    view.replace(fromHash(location.hash, base));
    view.subscribe((state, before) => {
        const next = addressOf(state);
        if (next === addressOf(before)) return;
        const isOther = state.page !== before.page || state.host !== before.host;
        history[isOther ? "pushState" : "replaceState"](null, "", next);
    });
    addEventListener("popstate", () => view.replace(fromHash(location.hash, { ...base, theme: view.state.theme, tz: view.state.tz })));
    return { link: () => location.origin + addressOf(view.state) };
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
