import { el, setText } from "../dom.js";
import { milliseconds, skewWords } from "../model/delays.js";
import { micros, percent, UNKNOWN } from "../model/format.js";

/** The pipeline's own delays and the collector's own cost, at the foot of the page. */
export function createStatusBar() {
    const facts = {};
    const fact = (key, label, title) => {
        facts[key] = el("dd", { "data-readout": `pipeline-${key}`, text: UNKNOWN });
        return el("div", { title }, el("dt", { text: label }), facts[key]);
    };
    const node = el("footer", { class: "pipeline", "aria-label": "The pipeline's own delays" },
        el("dl", {},
            fact("link", "server", "Whether this page hears the server, and the server the hosts"),
            fact("daemon", "collected → daemon", "From the reading on the host, through Redis, to the daemon"),
            fact("page", "→ page", "From the daemon to this page"),
            fact("paint", "→ painted", "From its arrival to the end of its drawing"),
            fact("clock", "clock", "The host's clock against the server's: the least difference of a minute"),
            fact("cost", "collector", "CPU time of one round of samples on the host, and its share of one CPU"),
            fact("faults", "faults", "What samples held that could not be taken")));
    return {
        node,
        paint({ link, toDaemonMs, toPageMs, toPaintMs, skews, cost, faults }) {
            setText(facts.link, link);
            setText(facts.daemon, milliseconds(toDaemonMs));
            setText(facts.page, milliseconds(toPageMs));
            setText(facts.paint, milliseconds(toPaintMs));
            setText(facts.clock, skews);
            setText(facts.cost, cost.us === null ? UNKNOWN : `${micros(cost.us)} · ${percent(cost.percent)}`);
            facts.faults.parentNode.hidden = !faults;
            setText(facts.faults, faults);
        },
    };
}

/** Whose clocks are wrong, in words: one host's, or the worst of several. */
export function clockWords(skewed) {
    if (skewed.length === 0) return "in step";
    const worst = skewed.reduce((a, b) => (Math.abs(b.skewMs) > Math.abs(a.skewMs) ? b : a));
    const words = skewWords(worst.skewMs).replace("clock ", "");
    return skewed.length === 1 && !worst.name ? words
        : `${worst.name} ${words}${skewed.length > 1 ? `, ${skewed.length - 1} more` : ""}`;
}
