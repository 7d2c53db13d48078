import { el, placeChildren, setText, svg } from "../dom.js";
import { contents, seriesOf } from "../../model/hosts/generic.js";
import { age, UNKNOWN } from "../../model/format.js";

const SPARK = { width: 160, height: 24 };
const figure = new Intl.NumberFormat("en", { maximumFractionDigits: 3, maximumSignificantDigits: 7 });
const textOf = (value) => (typeof value === "number" ? figure.format(value) : value ?? UNKNOWN);

/** Probes of a host that this page has no view for: each number as a line, each table as a table. */
export function createGenericProbes() {
    const node = el("div", { class: "generic" });
    let sections = new Map();
    return {
        node,
        /** @param momentOf `(probe) → {sample, when}` of the time shown */
        paint(host, now, momentOf) {
            const probes = [...host.probes].filter(([, probe]) => probe.isGeneric);
            const next = new Map(probes.map(([name]) => [name, sections.get(`${name}`) ?? createSection(name)]));
            const nodes = [...next.values()].map((section) => section.node);
            placeChildren(node, nodes);
            sections = next;
            for (const [name, probe] of probes) sections.get(name).paint(probe, now, momentOf(name));
        },
    };
}

function createSection(name) {
    const note = el("span", { class: "note" });
    const numbers = el("ul", { class: "numbers" });
    const texts = el("dl", { class: "texts" });
    const tables = el("div");
    const node = el("section", { class: "panel probe", "data-probe": name, "aria-label": `Probe ${name}` },
        el("header", {}, el("h3", { text: name }), note), numbers, texts, tables);
    const lines = new Map();

    function lineOf(path) {
        const value = el("span", { class: "value" });
        const line = svg("path", { class: "line hue-1" });
        const viewBox = `0 0 ${SPARK.width} ${SPARK.height}`;
        const chart = svg("svg", { viewBox, preserveAspectRatio: "none", "aria-hidden": "true" }, line);
        const label = el("span", { class: "name", title: path, text: path });
        return { node: el("li", { "data-number": path }, label, value, chart), value, line };
    }

    return {
        node,
        paint(probe, now, { sample, when }) {
            const found = contents(sample);
            setText(note, `generic view · ${when || `${age(probe.ageMs(now))} ago`}`);
            node.classList.toggle("stale", when === "" && probe.isStale(now));
            const paths = Object.keys(found.numbers);
            for (const path of lines.keys()) if (!(path in found.numbers)) lines.delete(path);
            for (const path of paths) if (!lines.has(path)) lines.set(path, lineOf(path));
            const items = paths.map((path) => lines.get(path).node);
            placeChildren(numbers, items);
            for (const path of paths) {
                setText(lines.get(path).value, textOf(found.numbers[path]));
                lines.get(path).line.setAttribute("d", pathOf(seriesOf(probe, path), 3 * probe.intervalMs));
            }
            texts.replaceChildren(...Object.entries(found.texts).map(([path, text]) =>
                el("div", {}, el("dt", { text: path }), el("dd", { text }))));
            tables.replaceChildren(...found.tables.map((table) => tableOf(table, name)));
        },
    };
}

function tableOf({ path, cols, rows, total }, name) {
    const isFigure = cols.map((_, i) => rows.some((row) => typeof row[i] === "number"));
    const cells = (row, make) => row.map((value, i) => make(value, isFigure[i] ? "numeric" : null));
    return el("div", { class: "scroller", tabindex: 0, role: "region", "aria-label": `${name}: ${path}` },
        el("table", {}, el("caption", { text: rows.length < total ? `${path}: ${rows.length} of ${total}` : path }),
            el("thead", {}, el("tr", {}, ...cells(cols, (text, kind) => el("th", { scope: "col", class: kind, text })))),
            el("tbody", {}, ...rows.map((row) =>
                el("tr", {}, ...cells(row, (value, kind) => el("td", { class: kind, text: textOf(value) })))))));
}

// A line over its own range; holes and unknown values break it.
function pathOf(series, gapMs) {
    const known = series.filter(({ value }) => value !== null);
    if (known.length === 0) return "";
    const low = Math.min(...known.map(({ value }) => value));
    const high = Math.max(...known.map(({ value }) => value));
    const [from, to] = [series[0].t, series.at(-1).t];
    const x = (t) => (to > from ? ((t - from) / (to - from)) * SPARK.width : SPARK.width);
    const y = (value) => (high > low ? SPARK.height - 2 - ((value - low) / (high - low)) * (SPARK.height - 4) : SPARK.height / 2);
    let drawing = false;
    return series.map(({ t, value }, i) => {
        if (value === null) {
            drawing = false;
            return "";
        }
        const joins = drawing && t - series[i - 1].t <= gapMs;
        drawing = true;
        return `${joins ? "L" : "M"}${x(t).toFixed(1)},${y(value).toFixed(1)}`;
    }).join("");
}
