const HUES = 9;
const WORDS = ["panel", "sunken", "grid", "line", "text", "muted", "accent", "heat"];
let held = null;

let watches = false;

function watch() {
    if (watches) return;
    watches = true;
    const forget = () => (held = null);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", forget);
    new MutationObserver(forget).observe(document.documentElement, { attributes: true });
}

/** The theme's colours for canvases: `hue[0…7]` and the named ones, read again after each change of theme. */
export function palette() {
    if (held) return held;
    watch();
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(`--${name}`).trim();
    held = { hue: Array.from({ length: HUES }, (_, i) => read(`hue-${i}`)) };
    for (const word of WORDS) held[word] = read(word);
    return held;
}

/** `#rrggbb` or `#rgb` as three numbers. */
export function channels(colour) {
    const hex = colour.replace("#", "");
    const parts = hex.length === 3 ? [...hex].map((digit) => digit + digit) : hex.match(/../g) ?? ["80", "80", "80"];
    return parts.slice(0, 3).map((part) => Number.parseInt(part, 16) || 0);
}
