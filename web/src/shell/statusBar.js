import { el, setText } from "../views/dom.js";
import { milliseconds, skewWords } from "../model/link/delays.js";
import { micros, percent, UNKNOWN } from "../model/format.js";

/** The foot of the page: the connection, how long samples take, clocks that are wrong, what the collector costs. */
export function createStatusBar() {
    const facts = {};
    const fact = (key, label, title) => {
        facts[key] = el("dd", { "data-readout": `pipeline-${key}`, text: UNKNOWN });
        return el("div", { title }, el("dt", { text: label }), facts[key]);
    };
    const node = el("footer", { class: "pipeline", "aria-label": "Status: connection, delays, clocks, cost of the collector" },
        el("dl", {},
            fact("link", "connection", "Connection of this page to the server, and of the server to Redis"),
            fact("daemon", "host → server", "Delay from the measurement on the host, through Redis, to the server"),
            fact("page", "server → page", "Delay from the server to this page"),
            fact("paint", "drawing", "Time from the arrival of a sample in this page until it is drawn"),
            fact("clock", "clocks", "Difference between the host's clock and the server's: the smallest of the last minute"),
            fact("cost", "collector CPU",
                "CPU time that the collector uses on the host for one round of samples, and its share of one CPU"),
            fact("faults", "bad data", "Parts of samples that could not be used")));
    return {
        node,
        paint({ link, toServerMs, toPageMs, drawingMs, clocks, cost, faults }) {
            setText(facts.link, link);
            setText(facts.daemon, milliseconds(toServerMs));
            setText(facts.page, milliseconds(toPageMs));
            setText(facts.paint, milliseconds(drawingMs));
            setText(facts.clock, clocks);
            setText(facts.cost, cost.us === null ? UNKNOWN : `${micros(cost.us)} · ${percent(cost.percent)}`);
            facts.faults.parentNode.hidden = !faults;
            setText(facts.faults, faults);
        },
    };
}

/** Whose clocks are wrong, in words: one host's, or the worst of several. */
export function clockWords(skewed) {
    if (skewed.length === 0) return "in sync";
    const worst = skewed.reduce((a, b) => (Math.abs(b.skewMs) > Math.abs(a.skewMs) ? b : a));
    const words = skewWords(worst.skewMs).replace("clock ", "");
    return skewed.length === 1 && !worst.name ? words
        : `${worst.name} ${words}${skewed.length > 1 ? `, ${skewed.length - 1} more` : ""}`;
}
