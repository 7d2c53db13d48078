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

// The room at the right of a chart, half the width of a digit of 11 px, and the least room between two times.
const BEYOND = 11;
const HALF_DIGIT = 3.4;
const BETWEEN = 4;

/** Where times stand along the bottom, as `{date, text, at}` with `at` the middle of the text. */
export function timeLabels({ x, ticks, format }) {
    const labels = ticks.map((date) => {
        const text = format(date);
        // The last one stands a little to the left of its time rather than half beyond the edge.
        return { date, text, at: Math.round(Math.min(x(Number(date)), x.range[1] + BEYOND - HALF_DIGIT * text.length)) };
    });
    // One that the edge has pushed onto its neighbour is left out.
    return labels.filter(({ text, at }, i) => {
        const before = labels[i - 1];
        return !before || at - before.at >= HALF_DIGIT * (text.length + before.text.length) + BETWEEN;
    });
}

/** Time of day along the bottom. */
export function timeAxis({ x, ticks, height, format }) {
    return (selection) => {
        selection
            .selectAll("text")
            .data(timeLabels({ x, ticks, format }), ({ date }) => Number(date))
            .join("text")
            .attr("y", height + 15)
            .text(({ text }) => text)
            .attr("x", ({ at }) => at);
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
