// Samples as collectors send them, with the fields a test asks for.

export const T0 = 1_763_690_000_000;

const envelope = (host, probe, seq) => ({
    id: `${host}:${probe}:1:${seq}`, host, probe, t: T0 + seq * 1000, v: 1, seq, intervalMs: 1000, flags: [],
});

export function top(host, seq, fields = {}) {
    return {
        ...envelope(host, "top", seq),
        cpu: { user: 20, nice: 1, system: 10, idle: 60, iowait: 5, irq: 1, softirq: 2, steal: 1, guest: 0 },
        cpus: [[20, 1, 10, 60, 5, 1, 2, 1, 0], [20, 1, 10, 60, 5, 1, 2, 1, 0]],
        load: [0.5, 0.4, 0.3],
        mem: {
            total: 1000, free: 200, available: 500, buffers: 50, cached: 300, sreclaimable: 40, shmem: 30,
            swapTotal: 100, swapFree: 75,
        },
        procs: {
            cols: ["pid", "start", "cpuPct", "rssKiB", "comm", "cmd"],
            rows: [[1, 7, 2.5, 100, "init", "/sbin/init"]],
        },
        others: { count: 9, cpuPct: 1.5, rssKiB: 50, exitedCpuPct: 1 },
        ...fields,
    };
}

export const clock = (host, seq, fields = {}) => ({
    ...envelope(host, "clock", seq), synchronised: true, offsetUs: -1.5, estErrorUs: 17, maxErrorUs: 25_000, freqPpm: -12.5,
    tickUs: 10_000, taiS: 37, leap: "none", ...fields,
});

export function netstat(host, seq, fields = {}) {
    return {
        ...envelope(host, "netstat", seq),
        tcp: {
            established: 4, synSent: 1, synRecv: 2, finWait1: 0, finWait2: 1, timeWait: 3, close: 0, closeWait: 5,
            lastAck: 1, listen: 6, closing: 0,
        },
        ifs: { cols: ["name", "rxBps", "txBps"], rows: [["lo", 10, 10], ["eth0", 2048, 1024]] },
        conns: {
            cols: ["proto", "state", "laddr", "lport", "raddr", "rport"],
            rows: [["tcp", "TIME_WAIT", "::1", 80, "10.0.0.1", 5000]],
        },
        connsTotal: 1,
        ...fields,
    };
}

/** An `updates` snapshot of samples. */
export const snapshot = (...samples) => Object.fromEntries(samples.map((data) => [data.id, { t: data.t, data }]));
