import { COMPARED_MS, COMPARED_SAMPLES, culprits, QUESTIONS } from "../model/culprits.js";

/** What explains a panel's reading at the moments shown, with the words around it; null for panels without a question. */
export function answerTo(panel, moments, store, host) {
    const question = Object.hasOwn(QUESTIONS, panel) ? QUESTIONS[panel] : null;
    if (!question) return null;
    const { sample, t } = moments[question.probe];
    const { what, format } = question;
    if (!sample) return { what, format, t: t ?? 0, rows: [], remark: "The table of that second is not kept." };
    const earlier = store.between(host.name, question.probe, t - COMPARED_MS, t, COMPARED_SAMPLES).map((kept) => kept.sample);
    if (earlier.length === 0) return { what, format, t, rows: [], remark: "Nothing is kept of the minute before." };
    const rows = culprits(question, sample, earlier);
    const remark = rows.length > 0 ? "Against the mean of the minute before" : "Nothing changed much against the minute before.";
    return { what, format, t, rows, remark };
}
