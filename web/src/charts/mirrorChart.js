const { area } = globalThis.d3;

/** Two quantities of each series around the zero line: `up` above, `down` below, both positive; gaps break. */
export function mirrorChart({ x, y, points, series }) {
    const halves = series.flatMap((one) => [
        { key: `${one.key} up`, hue: one.hue, value: one.up },
        { key: `${one.key} down`, hue: one.hue, value: (point) => negative(one.down(point)) },
    ]);
    const shapeOf = (half) => {
        const shape = area()
            .defined((point) => half.value(point) !== null)
            .x((point) => x(point.t))
            .y0(y(0))
            .y1((point) => y(half.value(point)));
        return { fill: shape(points), edge: shape.lineY1()(points) };
    };

    return (selection) => {
        const paths = halves.flatMap((half) => {
            const { fill, edge } = shapeOf(half);
            return [
                { key: `${half.key} fill`, name: `veil hue-${half.hue}`, d: fill },
                { key: `${half.key} edge`, name: `line hue-${half.hue}`, d: edge },
            ];
        });
        selection
            .selectAll("path")
            .data(paths, (path) => path.key)
            .join("path")
            .attr("class", (path) => path.name)
            .attr("d", (path) => path.d);
    };
}

const negative = (value) => (value === null ? null : -value);
