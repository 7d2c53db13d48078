import { el, setText } from "../dom.js";

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
    switch (connection.name) {
        case "reconnecting":
            return ["lost", "Connection lost.", `Nothing was heard of any host since ${sinceText}; what is shown is of then. `
                + (connection.refusal ? `${connection.refusal.title}. ${connection.refusal.text}`
                    : "The page goes on where it stopped as soon as the server answers.")];
        case "stalled":
            return ["stalled", "No data from Redis.", `The server answers, but follows no Redis since ${sinceText}. `
                + (connection.detail ?? "")];
        default:
            return paused
                ? ["paused", `Paused at ${pausedText}.`, `${waiting} samples came since; Resume shows them.`]
                : [null];
    }
}
