/**
 * Whether somebody reads or aims at `node`: the pointer or the focus is in it, or text in it is selected. What moves then is
 * misread, missed and lost.
 */
export function createHold(node) {
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

/** Puts exactly `nodes` into `parent`, moving only those that are out of place: focus and selection in the others stay. */
export function arrange(parent, nodes) {
    const wanted = new Set(nodes);
    for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
    nodes.forEach((node, i) => {
        if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null);
    });
}
