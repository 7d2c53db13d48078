export const THEMES = { auto: "Auto", dark: "Dark", light: "Light" };

export const darkQuery = () => matchMedia("(prefers-color-scheme: dark)");

/** The chosen theme as an attribute of the page's root: `dark` or `light`, whichever `auto` means now. */
export function applyTheme(theme, { root = document.documentElement, prefersDark = darkQuery().matches } = {}) {
    root.dataset.theme = theme === "auto" ? (prefersDark ? "dark" : "light") : theme;
}

/** Chooses the theme after the one in use. */
export function nextTheme(view) {
    const order = Object.keys(THEMES);
    view.inTheme(order[(order.indexOf(view.state.theme) + 1) % order.length]);
}
