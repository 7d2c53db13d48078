import { el } from "./dom.js";

// What sticks to the foot of the window: a list that would end under it opens upwards.
const FOOT = 36;

/**
 * A button that opens a list (or, as another `kind` of it, a text): closed by Escape, by leaving it, and after a choice
 * unless it `staysOpen`.
 */
export function createMenu({ label, face, staysOpen = false, kind = "menu" }) {
    // Takes the focus when a name in it is pressed, which would go to what the menu stands in otherwise.
    const body = el("div", { class: "menu-body", tabindex: -1 });
    const summary = el("summary", { "aria-label": label, title: label, text: face });
    const node = el("details", { class: kind }, summary, body);
    node.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !node.open) return;
        event.preventDefault();
        event.stopPropagation();
        node.open = false;
        summary.focus();
    });
    // Closed by what happens outside. To close when the focus leaves an entry is too early: a press on the name of a
    // checkbox takes the focus away before it toggles, and Chromium ends the tab where the name vanishes meanwhile.
    const closeFrom = (event) => {
        if (!node.contains(event.target)) node.open = false;
    };
    let outside;
    node.addEventListener("toggle", () => {
        outside?.abort();
        if (!node.open) return;
        node.classList.remove("up");
        node.classList.toggle("up", body.getBoundingClientRect().bottom > innerHeight - FOOT);
        outside = new AbortController();
        document.addEventListener("pointerdown", closeFrom, { capture: true, signal: outside.signal });
        document.addEventListener("focusin", closeFrom, { signal: outside.signal });
    });
    body.addEventListener("click", (event) => {
        if (!staysOpen && event.target.closest("button")) node.open = false;
    });
    return { node, body };
}

/** `Save as` entries, by what each writes: `[["CSV", save], …]`. */
export function saveButtons(entries) {
    return entries.map(([what, save]) => el("button", { type: "button", text: `Save ${what}`, "data-save": what, onclick: save }));
}
