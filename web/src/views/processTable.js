import { count, cpuTime, kibibytes, percentBare, rate, UNKNOWN, whole } from "../model/format.js";
import { closingRows, processIdentity, processRows } from "../model/processes.js";
import { figure, words } from "./columns.js";
import { createTable } from "./dataTable.js";
import { createFilter } from "./filter.js";

const TONES = { R: "good", D: "warn", Z: "bad" };

const COLUMNS = [
    figure("pid", "PID", 8, whole),
    words("user", "User", 11, { hide: "phone" }),
    words("state", "S", 4, {
        title: "State: R running, S sleeping, D disk, Z zombie, T stopped",
        hide: "phone",
        tone: (row) => TONES[row.state],
    }),
    figure("cpuPct", "CPU %", 10, percentBare, {
        title: "Percent of one CPU",
        closing: (row) => percentBare(row.cpuPct),
    }),
    figure("rssKiB", "Memory", 10, kibibytes, { title: "Resident memory", closing: (row) => kibibytes(row.rssKiB) }),
    figure("virtKiB", "Virtual", 10, kibibytes, { hide: "laptop" }),
    figure("shrKiB", "Shared", 10, kibibytes, { hide: "laptop" }),
    figure("rdBps", "Read", 11, rate, { title: "Bytes read from storage", hide: "phone" }),
    figure("wrBps", "Written", 11, rate, { title: "Bytes written to storage", hide: "phone" }),
    figure("threads", "Thr", 6, whole, { title: "Threads", hide: "medium" }),
    figure("nice", "NI", 5, whole, { title: "Nice value", hide: "medium" }),
    figure("timeMs", "Time", 10, cpuTime, { title: "CPU time used", hide: "phone" }),
    words("unit", "Unit", 18, { title: "systemd unit or container", hide: "medium", hint: (row) => row.unit }),
    words("command", "Command", null, { hint: (row) => row.cmd ?? row.comm, closing: closingLabel }),
];

/** Processes by any column, with the rows that close CPU and memory to the total. */
export function createProcessTable({ onChange }) {
    const filter = createFilter({ label: "Filter processes", onChange });
    const table = createTable({
        id: "processes",
        title: "Processes",
        columns: COLUMNS,
        order: { key: "cpuPct", descending: true },
        identity: processIdentity,
        onOrder: onChange,
    });
    table.tools.append(filter.node);

    return {
        node: table.node,
        paint(host, now) {
            const probe = host.probe("top");
            const all = processRows(probe?.latest).map((row) => ({ ...row, command: row.cmd || row.comm }));
            const rows = all.filter((row) => filter.matches(row.pid, row.user, row.comm, row.cmd, row.unit));
            table.paint({
                rows,
                closing: closingRows(probe?.latest),
                remark: rows.length < all.length ? `${rows.length} of ${all.length} listed` : `${all.length} listed`,
                stale: probe?.isStale(now) ?? true,
                empty: all.length > 0 ? "No process matches the filter." : "No process list in the newest sample.",
            });
        },
    };
}

function closingLabel(row) {
    return row.count === null ? row.label : `${row.label} (${count(row.count) ?? UNKNOWN})`;
}
