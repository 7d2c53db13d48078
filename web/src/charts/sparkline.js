const { area, scaleLinear } = globalThis.d3;

/** A small filled line without axes: percentages over the last points of a host. */
export function sparkline({ points, value, from, to, width, height }) {
    const x = scaleLinear([from, to], [0, width]);
    const y = scaleLinear([0, 100], [height, 1]);
    const shape = area()
        .defined((point) => value(point) !== null)
        .x((point) => x(point.t))
        .y0(height)
        .y1((point) => y(value(point)));

    return (selection) => {
        selection.select(".veil").attr("d", shape(points));
        selection.select(".line").attr("d", shape.lineY1()(points));
    };
}
