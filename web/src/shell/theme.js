/** The chosen theme as an attribute of the page's root: `dark` or `light`, whichever `auto` stands for now. */
export function applyTheme(theme, { root = document.documentElement, prefersDark = darkQuery().matches } = {}) {
    root.dataset.theme = theme === "auto" ? (prefersDark ? "dark" : "light") : theme;
}

export const darkQuery = () => matchMedia("(prefers-color-scheme: dark)");

/** What the reader prefers in every view, kept by the browser; a link may ask for another. */
export function preferences(storage) {
    const KEY = "streamassembler.view";
    return {
        read() {
            try {
                const { theme, tz } = JSON.parse(storage().getItem(KEY) ?? "{}") ?? {};
                return { theme, tz };
            } catch {
                return {};
            }
        },
        write({ theme, tz }) {
            try {
                storage().setItem(KEY, JSON.stringify({ theme, tz }));
            } catch {
                // Storage may be off or full: the choice then lasts as long as the page.
            }
        },
    };
}
