import { el, setText } from "../views/dom.js";
import { linkSentence } from "../model/linkWords.js";

/** One line under the head where what is shown is not the present: lost, stalled and paused look and read different. */
export function createBanner() {
    const title = el("strong");
    const words = el("span");
    const node = el("p", { class: "banner", hidden: true }, title, " ", words);
    return {
        node,
        paint({ connection, sinceText, paused, pausedText, waiting }) {
            const [kind, head, rest] = sentence({ connection, sinceText, paused, pausedText, waiting });
            node.hidden = kind === null;
            node.dataset.kind = kind ?? "";
            setText(title, head ?? "");
            setText(words, rest ?? "");
        },
    };
}

function sentence({ connection, sinceText, paused, pausedText, waiting }) {
    const link = linkSentence(connection, sinceText);
    const pause = [`Paused at ${pausedText}.`, `${waiting} new ${waiting === 1 ? "sample waits" : "samples wait"}: press Resume to show them.`];
    if (link) return [link.kind, link.title, [link.text, ...(paused ? pause : [])].join(" ")];
    return paused ? ["paused", ...pause] : [null];
}
