import { el } from "../views/dom.js";

// Figures are set with spaces that do not break. What is copied is pasted into shells and spreadsheets, which take them
// for letters.
const WIDE = /[\u00a0\u2007\u2009\u202f]/g;

export const plain = (text) => text.replace(WIDE, " ");

/** Whatever is copied from the page carries plain spaces; what fields hold goes as it is. */
export function keepCopiesPlain(target = document) {
    target.addEventListener("copy", (event) => {
        const selection = getSelection();
        if (event.defaultPrevented || selection.isCollapsed || event.target.closest?.("input, textarea")) return;
        const held = clone(selection);
        // Where nothing is to be changed the browser does it best.
        if (held.textContent.search(WIDE) < 0) return;
        const texts = document.createTreeWalker(held, NodeFilter.SHOW_TEXT);
        while (texts.nextNode()) texts.currentNode.data = plain(texts.currentNode.data);
        event.clipboardData.setData("text/plain", plain(selection.toString()));
        event.clipboardData.setData("text/html", new XMLSerializer().serializeToString(held));
        event.preventDefault();
    });
}

// What is selected, in a table where it is a part of one: cells alone are none.
function clone(selection) {
    const outer = el("div");
    let held = outer;
    const within = selection.getRangeAt(0).commonAncestorContainer;
    const element = within.nodeType === Node.ELEMENT_NODE ? within : within.parentElement;
    const place = element?.closest("tr, thead, tbody, tfoot, table")?.localName;
    const names = { tr: ["table", "tbody", "tr"], table: ["table"] }[place] ?? (place ? ["table", place] : []);
    for (const name of names) {
        const inner = el(name);
        held.append(inner);
        held = inner;
    }
    for (let i = 0; i < selection.rangeCount; i += 1) held.append(selection.getRangeAt(i).cloneContents());
    return outer;
}
