/** A straight map from `domain` to `range`, with the way back in `invert`. */
export function linear([from, to], [start, end]) {
    const slope = to === from ? 0 : (end - start) / (to - from);
    const scale = (value) => start + (value - from) * slope;
    scale.invert = (place) => (slope === 0 ? from : from + (place - start) / slope);
    scale.domain = [from, to];
    scale.range = [start, end];
    return scale;
}
