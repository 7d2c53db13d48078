import { list, number, object, sum, tableRows } from "../read.js";
import { isUnsynchronised } from "../hosts/flags.js";
import { protocolErrors } from "../hosts/points/netstat.js";
import { topVitals } from "../hosts/vitals.js";

// What the alarms watch of a sample: `{metric: {value, culprit}}`, culprit a function that names who stands out.

export function readingsOf(probe, sample) {
    if (probe === "top") return topReadings(sample);
    if (probe === "netstat") return netReadings(sample);
    if (probe === "clock") return clockReadings(sample);
    return {};
}

// A kernel gives up at 16 s: a clock that nobody holds is no better, whatever it was set to.
const UNHELD_MS = 16_000;

function clockReadings(sample) {
    const error = number(sample.maxErrorUs);
    const isUnheld = isUnsynchronised(sample);
    const value = isUnheld ? UNHELD_MS : error === null ? null : error / 1000;
    return { clock: { value, culprit: () => (isUnheld ? "not synchronised" : null) } };
}

function topReadings(sample) {
    const { cpu, memory } = topVitals(sample);
    const byCPU = () => foremost(sample.procs, "cpuPct", (value) => `${value.toFixed(0)} %`);
    const byMemory = () => foremost(sample.procs, "rssKiB", (value) => `${(value / 1024).toFixed(0)} MiB`);
    const byDisk = () => foremost(sample.procs, "wrBps", (value) => `${(value / 1048576).toFixed(1)} MiB/s`)
        ?? foremost(sample.procs, "rdBps", (value) => `${(value / 1048576).toFixed(1)} MiB/s`);
    const pressure = (kind) => number(list(object(object(sample.psi)[kind]).some)[0]);
    return {
        cpu: { value: cpu, culprit: byCPU },
        memory: { value: memory, culprit: byMemory },
        psiCpu: { value: pressure("cpu"), culprit: byCPU },
        psiMemory: { value: pressure("memory"), culprit: byMemory },
        psiIo: { value: pressure("io"), culprit: byDisk },
    };
}

function netReadings(sample) {
    const rows = tableRows(sample.ifs, ["name", "rxDropPerS", "txDropPerS"])
        .map((row) => ({ name: row.name, drops: sum(number(row.rxDropPerS), number(row.txDropPerS)) }));
    const drops = sum(...rows.map((row) => row.drops));
    return {
        drops: {
            value: drops,
            culprit: () => rows.reduce((a, b) => ((b.drops ?? 0) > (a?.drops ?? 0) ? b : a), null)?.name ?? null,
        },
        retransmits: {
            value: number(protocolErrors(sample).TcpRetransSegs),
            culprit: () => {
                const worst = tableRows(sample.conns, ["raddr", "comm", "retrans"])
                    .reduce((a, b) => ((number(b.retrans) ?? 0) > (number(a?.retrans) ?? 0) ? b : a), null);
                return worst ? `${worst.comm ?? "?"} to ${worst.raddr}` : null;
            },
        },
    };
}

function foremost(table, field, format) {
    let best = null;
    for (const row of tableRows(table, ["pid", "comm", field])) {
        const value = number(row[field]);
        if (value !== null && value > (best?.value ?? 0)) best = { ...row, value };
    }
    return best && `${best.comm ?? "?"} (${best.pid}) ${format(best.value)}`;
}
