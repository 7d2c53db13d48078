import { perSecond, countTick } from "../format.js";
import { peakOf, seriesOf, summed, valueAt } from "./series.js";

const SERIES = [
    { key: "retrans", label: "retransmits", hue: 5 },
    { key: "listenDrops", label: "listen drops", hue: 4 },
    { key: "ifDrops", label: "interface drops", hue: 2 },
    { key: "ifErrors", label: "interface errors", hue: 1 },
    { key: "udpErrors", label: "UDP errors", hue: 3 },
];

/** What had to be sent again or was lost, per second. */
export function troublePanel(slice) {
    const series = seriesOf(slice, SERIES);
    const total = summed(slice, series.map(({ values }) => values));
    return {
        title: "Retransmits, drops",
        kind: "lines",
        slice,
        series,
        domain: [0, 1.1 * peakOf(slice, series.map(({ values }) => values), 4)],
        tick: (value) => (Number.isInteger(value) ? countTick(value) : ""),
        format: perSecond,
        headline: (index) => perSecond(valueAt(total, index)),
        note: "",
    };
}
