/** The values of the grid lines, at the left of them; the lines themselves lie under the marks. */
export function valueAxis({ y, ticks, format }) {
    return (selection) => {
        selection
            .selectAll("text")
            .data(ticks, (value) => value)
            .join("text")
            .attr("dy", "0.32em")
            .attr("x", -8)
            .attr("y", (value) => Math.round(y(value)))
            .text(format);
    };
}

// The room at the right of a chart, and half the width of a digit of 11 px.
const BEYOND = 11;
const HALF_DIGIT = 3.4;

/** Time of day along the bottom. */
export function timeAxis({ x, ticks, height, format }) {
    return (selection) => {
        selection
            .selectAll("text")
            .data(ticks, (date) => Number(date))
            .join("text")
            .attr("y", height + 15)
            .text((date) => format(date))
            // The last one stands a little to the left of its time rather than half beyond the edge.
            .attr("x", (date) => Math.round(Math.min(x(Number(date)), x.range[1] + BEYOND - HALF_DIGIT * format(date).length)));
    };
}

/** Dashed levels with a word, such as the number of CPUs in the load chart. */
export function levels({ y, marks, width }) {
    return (selection) => {
        const groups = selection
            .selectAll("g")
            .data(marks, (mark) => mark.label)
            .join((enter) => {
                const group = enter.append("g");
                group.append("line");
                group.append("text").attr("y", -4);
                return group;
            })
            .attr("transform", (mark) => `translate(0,${Math.round(y(mark.at)) + 0.5})`);
        groups.select("line").attr("x2", width);
        groups.select("text").attr("x", width - 2).text((mark) => mark.label);
    };
}
