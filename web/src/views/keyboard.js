// Keys that move within a list or a toolbar; what the page's own keys do stands in shell/keys.js.

const PAGE = 12;

/** Walking through a table's rows by keys: arrows, Page, Home and End move, Enter picks, `s` (the star) keeps on top. */
export function keyOnRows(scroller, { rows, active, activate, pick, pin }) {
    scroller.addEventListener("keydown", (event) => {
        if (event.target !== scroller || event.ctrlKey || event.metaKey || event.altKey) return;
        const keys = rows();
        const place = keys.indexOf(active());
        const to = {
            ArrowDown: place + 1, ArrowUp: place < 0 ? keys.length - 1 : place - 1, PageDown: place + PAGE,
            PageUp: place - PAGE, Home: 0, End: keys.length - 1,
        }[event.key];
        const acts = { Enter: pick, s: pin }[event.key];
        if (to === undefined && (!acts || place < 0)) return;
        event.preventDefault();
        event.stopPropagation();
        if (to !== undefined && keys.length > 0) activate(keys[Math.min(keys.length - 1, Math.max(0, to))]);
        else if (place >= 0) acts?.(keys[place]);
    });
}

/**
 * Makes the buttons of a toolbar one stop of the Tab key: arrow keys, Home and End move within, and it is come back to
 * where it was left.
 */
export function rove(toolbar, buttons) {
    const shown = () => buttons.filter((button) => !button.hidden);
    const rest = (button) => {
        for (const one of buttons) one.tabIndex = one === button ? 0 : -1;
    };
    rest(buttons[0]);
    toolbar.addEventListener("focusin", ({ target }) => buttons.includes(target) && rest(target));
    toolbar.addEventListener("keydown", (event) => {
        const all = shown();
        const place = all.indexOf(event.target);
        if (place < 0 || event.ctrlKey || event.metaKey || event.altKey) return;
        const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: all.length - 1 }[event.key];
        if (to === undefined) return;
        event.preventDefault();
        all[(to + all.length) % all.length].focus();
    });
    return {
        /** After buttons came or went: one that is shown can be reached. */
        settle() {
            const all = shown();
            if (!all.some(({ tabIndex }) => tabIndex === 0) && all.length > 0) rest(all[0]);
        },
    };
}
