import { linkSentence, linkWord } from "../model/link/linkWords.js";
import { el, setText } from "../views/dom.js";

// Every place that shows how the link to the server stands: the word in the head, the line above the foot, and what stands on the
// page while there is no host. All take their words from linkWords.js.

const BY_POLLING = "WebSocket is blocked on the way to the server. The page uses HTTP requests instead: this works, but costs more.";

/** The state of the page's own connection in words, and the token prompt when the server wants one. */
export function createConnectionState({ onToken }) {
    const word = el("span");
    const tries = el("span", { class: "tries" });
    const reason = el("span", { class: "reason" });
    const node = el("p", { class: "connection", "data-state": "connecting" },
        el("i", { class: "dot", "aria-hidden": "true" }), word, tries, reason);
    const input = el("input", { type: "password", id: "token", autocomplete: "current-password", required: true });
    const wrong = el("p", { hidden: true, role: "alert", text: "The server did not accept this token." });
    const prompt = el("form", { class: "token panel", hidden: true },
        el("h2", { text: "This server needs an access token" }),
        wrong, el("p", { text: "It is in the file that was given to the daemon with --token-file. This browser keeps it." }),
        el("input", { type: "text", name: "username", value: "dashboard", autocomplete: "username", hidden: true }),
        el("label", { for: "token", text: "Token" }),
        el("div", { class: "row" }, input, el("button", { type: "submit", class: "primary", text: "Connect" })));
    prompt.addEventListener("submit", (event) => {
        event.preventDefault();
        const value = input.value.trim();
        if (value) onToken(value);
    });

    return {
        node,
        prompt,
        show(state) {
            node.dataset.state = state.name;
            setText(word, linkWord(state));
            const detail = state.name === "stalled" ? state.detail : "";
            setText(reason, detail);
            reason.title = detail;
            const isByPolling = state.by === "polling";
            setText(tries, state.attempt > 0 ? `attempt ${state.attempt}` : isByPolling ? "by polling" : "");
            tries.title = isByPolling ? BY_POLLING : "";
            wrong.hidden = !state.wasGiven;
            const wasHidden = prompt.hidden;
            prompt.hidden = !(state.name === "refused" && state.needsToken);
            if (wasHidden && !prompt.hidden) input.focus();
        },
    };
}

/** One line above the foot where what is shown is not the present: lost, stalled and paused look and read different. */
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
    const waits = `${waiting} new ${waiting === 1 ? "sample waits" : "samples wait"}: press Resume to show them.`;
    const pause = [`Paused at ${pausedText}.`, waiting > 0 ? waits : "Press Resume to go on."];
    if (link) return [link.kind, link.title, [link.text, ...(paused ? pause : [])].join(" ")];
    return paused ? ["paused", ...pause] : [null];
}

/** What to do while no host has reported: the collector's command, ready to copy. */
export function createEmptyState({ hostname }) {
    const command = `collector run --redis redis://${hostname}:6379`;
    const code = el("code", { text: command, tabindex: 0 });
    const copy = el("button", { type: "button", class: "primary", text: "Copy" });
    const title = el("h2", { text: "Waiting for the first sample" });
    const help = el("div", {},
        el("p", { text: "No host has reported yet. Start the collector on the machine that you want to monitor, with the "
            + "address of the Redis that this server reads:" }),
        el("div", { class: "row command" }, code, copy),
        el("p", { class: "note", text: "The host appears here within a second. You need not reload the page." }));
    copy.addEventListener("click", async () => {
        setText(copy, (await copied(command, code)) ? "Copied" : "Press Ctrl+C");
        setTimeout(() => setText(copy, "Copy"), 2000);
    });
    const retry = el("p", { text: "The page keeps trying, and shows the hosts as soon as it can." });
    const reason = el("p", { class: "reason" });
    const node = el("section", { class: "empty panel", hidden: true }, title, help, reason, retry);
    return {
        node,
        /** Shown while there is no host; not for the moment that a first connection takes. */
        paint({ connection, hasHost }) {
            const live = connection.name === "live";
            const stalled = connection.name === "stalled";
            const trying = stalled || connection.attempt > 0 || ["reconnecting", "doubtful"].includes(connection.name);
            node.hidden = hasHost || !(live || trying);
            const { refusal } = connection;
            setText(title, live ? "Waiting for the first sample"
                : stalled ? "The server gets no data from Redis" : refusal?.title ?? "The server cannot be reached");
            const why = stalled ? connection.detail : refusal?.text ?? "";
            reason.hidden = why === "";
            setText(reason, why);
            help.hidden = !live;
            retry.hidden = live;
        },
    };
}

// The clipboard is only there on https and localhost: elsewhere the command is selected for the reader's own copy.
async function copied(text, node) {
    try {
        await navigator.clipboard.writeText(text);
        return true;
    } catch {
        getSelection().selectAllChildren(node);
        return false;
    }
}
