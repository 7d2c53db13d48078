import { drawCard, peakOf } from "../../charts/cardChart.js";
import { el, setText } from "../dom.js";
import { skewWords } from "../../model/link/delays.js";
import { bytes, duration, kibibytes, load, percent, UNKNOWN } from "../../model/format.js";
import { flagWords, isUnsynchronised, warningsOf } from "../../model/hosts/flags.js";
import { worstProcess } from "../../model/hosts/vitals.js";

const ROWS = 4;
const ROW_HEIGHT = 22;
const LEAST_RATE = 10_240;

// B, K, M, G per second: the card has no room for more.
const compact = (value) => bytes(value).replace(/\u202f?([BKMGTP])(iB)?$/, "\u202f$1").padStart(7);

/** A host as a small card: a link to its page, four tiny charts with their figures, who is busiest, how old it all is. */
export function createHostCard({ name, href }) {
    const title = el("span", { class: "name", title: name, text: name || "(no name)" });
    const age = el("span", { class: "age", text: UNKNOWN });
    const bell = el("span", { class: "bell", hidden: true });
    const values = ["cpu", "memory", "network", "load"].map((key) => el("dd", { "data-figure": key, text: UNKNOWN }));
    const labels = ["CPU", "Mem", "Net", "Load"].map((text) => el("dt", { text }));
    const canvas = el("canvas", { "aria-hidden": "true" });
    const [busiestName, busiestShare] = [el("span", { class: "who" }), el("span", { class: "share" })];
    const worst = el("span", { class: "worst" }, busiestName, busiestShare);
    const sorted = el("span", { class: "sorted", hidden: true });
    const remarks = el("span", { class: "remarks", hidden: true });
    const link = el("a", { href, class: "card", tabindex: -1 },
        el("span", { class: "head" }, el("i", { class: "dot", "aria-hidden": "true" }), title, bell, age),
        el("dl", {}, ...labels.flatMap((label, i) => [label, values[i]])),
        canvas,
        el("span", { class: "foot" }, sorted, worst, remarks));
    const node = el("li", { "data-host": name }, link);
    const context = canvas.getContext("2d", { alpha: true });
    let size = { width: 0, ratio: 0 };
    let current = "live";

    function fit({ width, ratio }) {
        if (size.width === width && size.ratio === ratio) return;
        size = { width, ratio };
        canvas.width = Math.round(width * ratio);
        canvas.height = Math.round(ROWS * ROW_HEIGHT * ratio);
    }

    // How many there are, then each one whole as far as there is room: one that does not fit wraps out of sight.
    function showRemarks(words, details) {
        if (remarks.title !== details) remarks.title = details;
        const told = words.map((word, i) => (i === 0 ? word : ` · ${word}`));
        if (remarks.textContent === told.join("")) return;
        remarks.dataset.count = words.length;
        remarks.hidden = words.length === 0;
        remarks.replaceChildren(...told.map((text) => el("span", { text })));
    }

    return {
        node,
        link,
        name,
        inView: false,
        changed: true,
        isGone: false,
        /** The host is gone, but its card keeps its place for a while. */
        leave() {
            node.dataset.state = "gone";
            setText(age, "gone");
        },
        /** While its figures stand still: its state of before, or that the page hears no host. */
        showHeard(isHeard) {
            const state = isHeard ? current : "unheard";
            if (node.dataset.state !== "gone" && node.dataset.state !== state) node.dataset.state = state;
        },
        /** Figures of the newest samples, and charts of the `spanMs` before. `shape`: `{width, ratio}` of the canvas. */
        paint(host, { now, shape, colors, spanMs }) {
            const { vitals, path } = host;
            const { cpu, memory, memoryKiB, rx, tx, load: load1, cpus } = vitals.now;
            setText(values[0], percent(cpu));
            setText(values[1], memoryKiB == null ? UNKNOWN : `${kibibytes(memoryKiB)} ${percent(memory).padStart(7)}`);
            setText(values[2], rx == null && tx == null ? UNKNOWN : `↓${compact(rx)} ↑${compact(tx)}`);
            setText(values[3], cpus > 0 && load1 != null ? `${load(load1)} / ${cpus}` : load(load1));
            const busiest = worstProcess(host.probe("top")?.latest);
            setText(busiestName, busiest?.name ?? "");
            setText(busiestShare, busiest ? percent(busiest.cpuPct) : "");
            const skew = skewWords(path.skewMs(now));
            const isLoose = isUnsynchronised(host.probe("clock")?.latest);
            const words = [skew, isLoose && "no NTP sync", ...flagWords(...[...host.probes.values()].map((p) => p.latest))];
            showRemarks(words.filter(Boolean), [skew, ...warningsOf(host.probes)].filter(Boolean).join("\n"));
            if (!(shape.width > 0)) return;
            fit(shape);
            const to = Math.max(vitals.top.newest, vitals.net.newest);
            const from = to - spanMs;
            const area = (trend, keys, hue, top) => ({ trend, keys, hue, top });
            drawCard(context, {
                width: shape.width,
                height: ROWS * ROW_HEIGHT,
                ratio: shape.ratio,
                from,
                to,
                gapMs: 3.5 * (host.freshest?.intervalMs ?? 1000),
                colors,
                rows: [
                    area(vitals.top, ["cpu"], 1, 100),
                    area(vitals.top, ["memory"], 4, 100),
                    area(vitals.net, ["rx", "tx"], 3, peakOf(vitals.net, ["rx", "tx"], from, LEAST_RATE)),
                    area(vitals.top, ["load"], 2, peakOf(vitals.top, ["load"], from, Math.max(1, cpus ?? 1))),
                ],
            });
        },
        /**
         * `ordered`: the figure that puts the card in its place. `state`: live, stale (silent) or unheard (the page itself
         * hears nothing).
         */
        tick({ state, ageMs, since, alarms }, ordered = "") {
            setText(sorted, ordered);
            sorted.hidden = ordered === "";
            current = state;
            if (node.dataset.state !== state) node.dataset.state = state;
            if (state === "stale") setText(age, `silent since ${since}`);
            else setText(age, ageMs < 1000 ? "now" : `${duration(ageMs / 1000)} ago`);
            bell.hidden = alarms === 0;
            if (alarms === 0) return;
            setText(bell, `▲ ${alarms}`);
            bell.title = alarms === 1 ? "1 alarm" : `${alarms} alarms`;
        },
    };
}
