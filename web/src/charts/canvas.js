/** A canvas of so many CSS pixels, sharp on every screen and wiped; its context draws in CSS pixels. */
export function surface(canvas, width, height) {
    const ratio = Math.min(3, globalThis.devicePixelRatio || 1);
    const [wide, high] = [Math.round(width * ratio), Math.round(height * ratio)];
    if (canvas.width !== wide || canvas.height !== high) {
        canvas.width = wide;
        canvas.height = high;
        canvas.style.width = `${width}px`;
        canvas.style.height = `${height}px`;
    }
    const context = canvas.getContext("2d");
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    return context;
}

/** A straight map from `domain` to `range`, with the way back in `invert`. */
export function linear([from, to], [start, end]) {
    const slope = to === from ? 0 : (end - start) / (to - from);
    const scale = (value) => start + (value - from) * slope;
    scale.invert = (place) => (slope === 0 ? from : from + (place - start) / slope);
    scale.domain = [from, to];
    scale.range = [start, end];
    return scale;
}
