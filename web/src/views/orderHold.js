/**
 * Whether somebody reads or aims at `node`: the pointer or the focus is in it, or text in it is selected. What moves then is
 * misread, missed and lost.
 */
export function createOrderHold(node) {
    let pointed = false;
    node.addEventListener("pointerenter", () => (pointed = true));
    node.addEventListener("pointerleave", () => (pointed = false));
    return {
        get isHeld() {
            return pointed || node.contains(document.activeElement) || selects(node);
        },
    };
}

function selects(node) {
    const selection = getSelection();
    return !selection.isCollapsed && node.contains(selection.anchorNode);
}
