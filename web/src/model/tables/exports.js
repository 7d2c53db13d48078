import { valueAt } from "../panels/series.js";

// What leaves the page as a file: plain columns and rows, as CSV or JSON.

// A spreadsheet would run such a cell as a formula.
const HARMFUL = /^[=+\-@\t\r]/;

function cell(value) {
    if (value === null || value === undefined) return "";
    if (typeof value === "number") return Number.isFinite(value) ? String(value) : "";
    if (typeof value === "boolean") return String(value);
    const harmless = HARMFUL.test(value) ? `'${value}` : String(value);
    return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** RFC 4180; numbers bare, unknown values empty. */
export const csv = ({ columns, rows }) =>
    [columns, ...rows].map((row) => row.map(cell).join(",")).join("\r\n") + "\r\n";

/** An array of objects by column name. */
export const json = ({ columns, rows }) =>
    JSON.stringify(rows.map((row) => Object.fromEntries(columns.map((name, i) => [name, row[i] ?? null]))), null, 1);

/** A chart's readings between two times: a row per sample, a column per line drawn. */
export function ofChart(panel, [from, to]) {
    const { slice } = panel;
    const drawn = [...(panel.legend ?? panel.series), ...(panel.overlay ?? [])].filter(({ off }) => !off);
    const columns = drawn.flatMap((one) =>
        one.up
            ? [[`${one.label} ${WAYS[panel.ways[0]]}`, one.up], [`${one.label} ${WAYS[panel.ways[1]]}`, one.down]]
            : [[one.label, one.values]]);
    const rows = [];
    for (let i = slice.first; i < slice.end; i += 1) {
        const t = slice.times[i];
        if (t >= from && t <= to) rows.push([new Date(t).toISOString(), ...columns.map(([, values]) => rounded(valueAt(values, i)))]);
    }
    return { columns: ["time", ...columns.map(([label]) => label)], rows };
}

const WAYS = { "↓": "received", "↑": "sent", R: "read", W: "written" };
// Columns hold seven digits: more would be noise of the conversion.
const rounded = (value) => (value === null ? null : Number(value.toPrecision(7)));

/** A table's rows as they stand, with the columns shown. */
export function ofTable(columns, rows) {
    const told = columns.filter(({ spark }) => !spark);
    return { columns: told.map(({ key }) => key), rows: rows.map((row) => told.map(({ key }) => row[key] ?? null)) };
}

/** `web-1-cpu-20251121-020640.csv`, in UTC, without anything a file system could take amiss. */
export function fileName(host, what, t, ending) {
    const at = new Date(t).toISOString().replace(/[-:]/g, "").replace("T", "-").slice(0, 15);
    const name = host.replace(/[^A-Za-z0-9._-]+/g, "_").replace(/^\.+/, "").slice(0, 80) || "host";
    return `${name}-${what}-${at}.${ending}`;
}
