import { el } from "../dom.js";

/** A button that opens a list: closed by Escape, by leaving it, and after a choice unless it `staysOpen`. */
export function createMenu({ label, face, staysOpen = false }) {
    const body = el("div", { class: "menu-body" });
    const summary = el("summary", { "aria-label": label, title: label, text: face });
    const node = el("details", { class: "menu" }, summary, body);
    node.addEventListener("keydown", (event) => {
        if (event.key !== "Escape" || !node.open) return;
        event.preventDefault();
        event.stopPropagation();
        node.open = false;
        summary.focus();
    });
    node.addEventListener("focusout", (event) => {
        if (!node.contains(event.relatedTarget)) node.open = false;
    });
    body.addEventListener("click", (event) => {
        if (!staysOpen && event.target.closest("button")) node.open = false;
    });
    // Safari gives a clicked button no focus: without this the menu would close before the click arrives.
    body.addEventListener("pointerdown", (event) => event.target.closest("button")?.focus());
    return { node, body };
}

/** `Save as` entries, by what each writes: `[["CSV", save], …]`. */
export function saveButtons(entries) {
    return entries.map(([what, save]) => el("button", { type: "button", text: `Save ${what}`, "data-save": what, onclick: save }));
}
