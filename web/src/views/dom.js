const SVG = "http://www.w3.org/2000/svg";

/** Makes an element. Attributes by name; `text` and strings among the children enter as text, never as HTML. */
export function el(name, attributes = {}, ...children) {
    return fill(document.createElement(name), attributes, children);
}

export function svg(name, attributes = {}, ...children) {
    return fill(document.createElementNS(SVG, name), attributes, children);
}

function fill(node, attributes, children) {
    for (const [key, value] of Object.entries(attributes)) {
        if (key === "text") node.textContent = value;
        else if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
        else if (value === true) node.setAttribute(key, "");
        else if (value !== null && value !== undefined && value !== false) node.setAttribute(key, value);
    }
    node.append(...children.filter((child) => child !== null && child !== undefined));
    return node;
}

/** Writes text only when it differs: selections and screen readers stay undisturbed. */
export function setText(node, value) {
    if (node.textContent !== value) node.textContent = value;
}

/** Puts exactly `nodes` into `parent`, moving only those that are out of place: focus and selection in the others stay. */
export function placeChildren(parent, nodes) {
    const wanted = new Set(nodes);
    for (const child of [...parent.children]) if (!wanted.has(child)) child.remove();
    nodes.forEach((node, i) => {
        if (parent.children[i] !== node) parent.insertBefore(node, parent.children[i] ?? null);
    });
}
