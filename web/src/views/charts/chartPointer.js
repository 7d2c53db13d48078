const DRAG_PX = 6;

/**
 * What a pointer does on a chart: pointing moves the shared cursor, a click pins that moment and asks what happened,
 * a drag zooms, a double click leads back out. Returns the range being dragged.
 */
export function followPointer(chart, { id, view, timeAt, onBrush }) {
    let down = null;
    let range = null;
    let pinBefore = null;

    const drag = (next) => {
        range = next;
        onBrush(range);
    };
    chart.addEventListener("pointermove", (event) => {
        const t = timeAt(event.clientX);
        view.point(t);
        if (down && (range || Math.abs(event.clientX - down.x) > DRAG_PX)) drag([down.t, t]);
    });
    chart.addEventListener("pointerdown", (event) => {
        // A finger scrolls the page: it taps, but does not drag.
        if (event.button !== 0 || event.pointerType === "touch") return;
        down = { x: event.clientX, t: timeAt(event.clientX) };
        chart.setPointerCapture(event.pointerId);
    });
    chart.addEventListener("pointerup", () => {
        const dragged = range;
        down = null;
        if (!dragged) return;
        drag(null);
        view.zoom(...dragged);
        chart.addEventListener("click", (event) => event.stopImmediatePropagation(), { once: true, capture: true });
    });
    chart.addEventListener("pointercancel", () => {
        down = null;
        drag(null);
    });
    chart.addEventListener("pointerleave", () => {
        if (!down) view.point(null);
    });
    chart.addEventListener("blur", () => view.point(null));
    chart.addEventListener("click", (event) => {
        if (event.detail > 1) return;
        const { pinnedAt, asked } = view.state;
        pinBefore = [pinnedAt, asked];
        const t = timeAt(event.clientX);
        // The chart may have moved on since the pointer did: both are where the click was. A finger points at nothing.
        if (view.state.cursor !== null) view.point(t);
        view.pin(t, id);
    });
    chart.addEventListener("dblclick", () => {
        view.unzoom();
        if (pinBefore) view.pin(...pinBefore);
    });
    chart.addEventListener("keydown", (event) => {
        if (event.key !== "Enter" || view.state.cursor === null) return;
        event.preventDefault();
        event.stopPropagation();
        view.pin(view.state.cursor, id);
    });
    return {
        get range() {
            return range;
        },
    };
}
