const { line } = globalThis.d3;

/** One line per series; unknown values break it. */
export function lineChart({ x, y, points, series }) {
    const shapeOf = (one) =>
        line()
            .defined((point) => one.value(point) !== null)
            .x((point) => x(point.t))
            .y((point) => y(one.value(point)))(points);

    return (selection) => {
        selection
            .selectAll("path")
            .data(series, (one) => one.key)
            .join("path")
            .attr("class", (one) => `line hue-${one.hue}`)
            .attr("d", shapeOf);
    };
}
