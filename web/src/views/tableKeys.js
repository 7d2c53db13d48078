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
