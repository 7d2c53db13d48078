import { COMPARED_MS, COMPARED_SAMPLES, culprits } from "../../model/tables/culprits.js";
import { askedOf, probeOf, reachOf, topicOf } from "../../model/tables/questions.js";
import { emptiness } from "../../model/view/shownTime.js";

const LOOPBACK = "if:lo";
const MOST_ROWS = 7;
const COMPARED_AT_LEAST = 3;

/**
 * What explains a panel's reading at the moments shown, with the words around it; null for panels without a question.
 * @param t the moment asked about; a second without a sample has no culprits
 * @param hidden keys of the series that the chart leaves out
 */
export function answerTo(panel, { moments, t, store, host, hidden }) {
    const probe = probeOf(panel);
    if (probe === null) return null;
    const moment = moments[probe];
    const empty = (remark) => ({ what: topicOf(panel), t, rows: [], remark });
    if (moment.state === "gap") return empty("No sample came in that second.");
    if (!moment.sample) return empty(emptiness(moment));
    const at = moment.t;
    const between = (from, to) => store.between(host.name, probe, from, to, COMPARED_SAMPLES).map((kept) => kept.sample);
    const from = at - reachOf(panel);
    const earlier = between(from - COMPARED_MS, from);
    if (earlier.length === 0) return empty("No samples of the minute before are kept to compare with.");
    const samples = [...(from < at ? between(from, at) : []), moment.sample];
    const later = between(at + 1, at + COMPARED_MS);
    const { questions, remark, name } = askedOf(panel, moment.sample, earlier, { loopback: loopbackOf(hidden, host) });
    const most = Math.ceil(MOST_ROWS / questions.length);
    const rows = questions.flatMap((question) => culprits(question, samples, earlier, later).slice(0, most));
    const words = rows.length > 0 ? "compared with the mean of the minute before" : "nothing changed much compared with the minute before";
    const asked = [...new Set(questions.map((question) => question.what))].join(", ");
    return { what: name ? `${name} (${asked})` : asked, t: at, rows, remark: sentence(remark ? `${remark}; ${words}` : words) };
}

/** Whether hardly anything of the minute before is here that a panel's reading could be compared with. */
export function lacksPast(panel, { moments, store, host }) {
    const probe = probeOf(panel);
    const moment = probe === null ? null : moments[probe];
    if (!moment?.sample) return false;
    const from = moment.t - reachOf(panel);
    return store.times(host.name, probe).filter((t) => t >= from - COMPARED_MS && t < from).length < COMPARED_AT_LEAST;
}

const sentence = (words) => `${words[0].toUpperCase()}${words.slice(1)}.`;

function loopbackOf(hidden, host) {
    if (hidden.has(LOOPBACK)) return "without";
    const columns = host.probe("netstat")?.history.ring?.names ?? [];
    const names = columns.filter((name) => /^if:.*:rx$/.test(name)).map((name) => name.slice(0, -3));
    return names.length > 1 && names.every((name) => name === LOOPBACK || hidden.has(name)) ? "only" : "with";
}
