const { area, stack } = globalThis.d3;

/**
 * Stacked areas, bottom to top in the order of `series`.
 * A point where no series has a value is a gap; a single unknown among known ones counts as nothing.
 */
export function stackChart({ x, y, points, series }) {
    const layers = stack()
        .keys(series)
        .value((point, one) => one.value(point) ?? 0)(points);
    const shape = area()
        .defined((d) => series.some((one) => one.value(d.data) !== null))
        .x((d) => x(d.data.t))
        .y0((d) => y(d[0]))
        .y1((d) => y(d[1]));

    return (selection) => {
        selection
            .selectAll("path")
            .data(layers, (layer) => layer.key.key)
            .join("path")
            .attr("class", (layer) => `area hue-${layer.key.hue}`)
            .attr("d", shape);
    };
}
