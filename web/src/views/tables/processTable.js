import { drawSpark } from "../../charts/draw.js";
import { PROCESSES } from "../../model/filter/fields.js";
import { count, cpuTime, kibibytes, percentBare, perSecond, rate, UNKNOWN, whole } from "../../model/format.js";
import { closingRows, matchingRows, processIdentity, processRows } from "../../model/tables/processes.js";
import { sparkSpan } from "../../model/tables/processHistory.js";
import { number, object } from "../../model/read.js";
import { emptiness } from "../../model/view/shownTime.js";
import { figure, peak, words } from "./columns.js";
import { createTable } from "./dataTable.js";

const TONES = { R: "good", D: "warn", Z: "bad" };

const columns = (spark) => [
    figure("pid", "PID", 8, whole),
    words("user", "User", 11, { hide: "phone" }),
    words("state", "S", 4, {
        title: "State: R running, S sleeping, D disk, Z zombie, T stopped",
        hide: "phone",
        tone: (row) => TONES[row.state],
    }),
    figure("cpuPct", "CPU %", 9, percentBare, {
        title: "Percent of one CPU",
        inRange: { label: "CPU % mean", width: 16, title: "Percent of one CPU, mean of the range shown" },
        closing: (row) => percentBare(row.cpuPct),
    }),
    peak("cpuPeak", "CPU % peak", 16, percentBare, {
        title: "Highest percent of one CPU in the range shown", closing: (row) => percentBare(row.cpuPeak),
    }),
    {
        key: "spark", label: "CPU over time", width: 15, title: "CPU over the time shown, as far back as tables are held",
        hide: "medium", spark,
    },
    figure("rssKiB", "Memory", 10, kibibytes, {
        title: "Resident memory", closing: (row) => kibibytes(row.rssKiB),
        inRange: { label: "Mem mean", width: 14, title: "Resident memory, mean of the range shown" },
    }),
    peak("rssPeak", "Mem peak", 14, kibibytes, {
        title: "Most resident memory in the range shown", hide: "phone", closing: (row) => kibibytes(row.rssPeak),
    }),
    figure("virtKiB", "Virtual", 10, kibibytes, { hide: "laptop" }),
    figure("shrKiB", "Shared", 10, kibibytes, { hide: "laptop" }),
    figure("rdBps", "Read", 11, rate, { title: "Bytes read from storage", hide: "phone", closing: (row) => summed(row.rdBps) }),
    figure("wrBps", "Written", 11, rate, { title: "Bytes written to storage", hide: "phone", closing: (row) => summed(row.wrBps) }),
    figure("majfltPerS", "Faults", 9, perSecond, {
        title: "Major page faults per second: memory that had to be read from disk", extra: true,
    }),
    figure("threads", "Thr", 6, whole, { title: "Threads", hide: "medium" }),
    figure("nice", "NI", 5, whole, { title: "Nice value", hide: "medium" }),
    figure("ppid", "Parent", 8, whole, { title: "Parent process", extra: true }),
    figure("timeMs", "Time", 10, cpuTime, { title: "CPU time used", hide: "phone" }),
    words("unit", "Unit", 18, { title: "systemd unit or container", hide: "medium", hint: (row) => row.unit }),
    words("command", "Command", null, { hint: (row) => row.cmd ?? row.comm, closing: closingLabel }),
];

/**
 * Processes by any column, with the rows that close CPU and memory to the total.
 * @param history what each process used over time
 */
export function createProcessTable({ view, history, onChange }) {
    let domain = [0, 1];
    const spark = (context, row, size, palette) => {
        const values = history.column(processIdentity(row));
        if (values) drawSpark(context, { times: history.times, values, domain, ...size, palette });
    };
    const table = createTable({
        id: "processes", title: "Processes", columns: columns(spark), order: { key: "cpuPct", descending: true },
        language: PROCESSES, identity: processIdentity, nameOf: (row) => row.comm ?? `process ${row.pid}`, view, onChange,
    });

    return {
        ...table,
        node: table.node,
        get picked() {
            return table.picked;
        },
        get shown() {
            return table.shown;
        },
        /**
         * `moment`: which second is shown, `when` in words; `range`: what is shown instead under a zoom, else null;
         * `shownDomain`: the time the sparklines span.
         */
        paint(moment, { stale, shownDomain, when, range }) {
            const { edges, isWhole } = sparkSpan(history.times, shownDomain);
            domain = edges;
            const { filter } = table;
            const total = number(object(moment.sample?.mem).total);
            const listed = range ? range.rows("processes") : processRows(moment.sample);
            const all = listed.map((row) => ({
                cpuPeak: row.cpuPct,
                rssPeak: row.rssKiB,
                ...row,
                command: row.cmd || row.comm,
                memPct: total > 0 && row.rssKiB !== null ? (100 * row.rssKiB) / total : null,
            }));
            const rows = filter.rows(all);
            const closing = range ? range.rows("closing") : closingRows(moment.sample);
            table.paint({
                rows,
                closing: filter.isEmpty ? closing : matchingRows(rows, moment.sample),
                when, isRange: range !== null,
                labels: isWhole ? {} : { spark: `CPU over ${Math.round((edges[1] - edges[0]) / 60_000)} min` },
                remark: rows.length < all.length ? `${rows.length} of ${all.length} listed` : `${all.length} listed`,
                stale,
                empty: emptiness(moment, range)
                    || (all.length > 0 ? "No process matches the filter." : "This sample lists no processes."),
            });
            return all;
        },
    };
}

// What other processes read is not known.
const summed = (value) => (value === undefined ? "" : rate(value));

function closingLabel(row) {
    return row.count === null ? row.label : `${row.label}: ${count(row.count) ?? UNKNOWN}`;
}
