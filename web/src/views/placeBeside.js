const GAP = 8;
const WIDTH = 380;
// Less of it in view is not noticed.
const NOTICED = 120;

/** Keeps `node` in `page` beside what it speaks of, under it where there is no room, and never over it: it scrolls with it. */
export function createBeside(node, page) {
    let anchor = null;

    function put() {
        const room = page.getBoundingClientRect();
        const box = anchor.getBoundingClientRect();
        const width = Math.min(WIDTH, room.width);
        const isRight = room.right - box.right >= width + GAP;
        const isLeft = !isRight && box.left - room.left >= width + GAP;
        const left = isRight ? box.right + GAP : isLeft ? box.left - GAP - width : Math.min(box.left, room.right - width);
        node.style.width = `${width}px`;
        node.style.left = `${left - room.left}px`;
        node.style.top = `${(isRight || isLeft ? box.top : box.bottom + GAP) - room.top}px`;
    }
    new ResizeObserver(() => anchor && put()).observe(page);

    return {
        /** `to`: what it speaks of, null while it is hidden. */
        put(to) {
            const came = to !== null && to !== anchor;
            anchor = to;
            if (!came) return;
            put();
            if (node.getBoundingClientRect().top > innerHeight - NOTICED) node.scrollIntoView({ block: "nearest" });
        },
    };
}
