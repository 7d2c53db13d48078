import { el, setText } from "../dom.js";

/** The state of the page's own connection in words, and the token prompt when the server wants one. */
export function createConnectionState({ onToken }) {
    const word = el("span");
    const tries = el("span", { class: "tries" });
    const reason = el("span", { class: "reason" });
    const node = el("p", { class: "connection", "data-state": "connecting" },
        el("i", { class: "dot", "aria-hidden": "true" }), word, tries, reason);
    const input = el("input", { type: "password", id: "token", autocomplete: "current-password", required: true });
    const wrong = el("p", { hidden: true, role: "alert", text: "The token that this page has sent is not the server's." });
    const prompt = el("form", { class: "token panel", hidden: true },
        el("h2", { text: "This server wants a token" }),
        wrong, el("p", { text: "It was given to the daemon with --token-file. It stays in this browser." }),
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
        words,
        show(state) {
            node.dataset.state = state.name;
            setText(word, words(state));
            const detail = state.name === "stalled" ? state.detail : "";
            setText(reason, detail);
            reason.title = detail;
            const isByPolling = state.by === "polling";
            setText(tries, state.attempt > 0 ? `try ${state.attempt}` : isByPolling ? "by polling" : "");
            tries.title = isByPolling ? "No WebSocket gets through to the server: the page asks by requests instead, which costs it more" : "";
            wrong.hidden = !state.wasGiven;
            const wasHidden = prompt.hidden;
            prompt.hidden = !(state.name === "refused" && state.needsToken);
            if (wasHidden && !prompt.hidden) input.focus();
        },
    };
}

/** What `status` says of Redis, as in `/readyz`. */
const STALLS = {
    connecting: "Redis: connecting",
    unreachable: "Redis: unreachable",
    "timed-out": "Redis: no answer",
    "wrong-password": "Redis: wrong password",
    "no-permission": "Redis: permission missing",
    "wrong-database": "Redis: no such database",
    configuration: "Redis: configuration",
    tls: "Redis: TLS",
    loading: "Redis: loading its data",
    busy: "Redis: busy",
    "not-master": "Redis: not the master",
    "no-master": "Redis: no master",
    "protocol-error": "Redis: not a Redis",
    "catching-up": "Redis: catching up",
};

function words({ name, status, reason, needsToken, refusal }) {
    if (refusal) return refusal.word;
    switch (name) {
        case "live": return "Live";
        case "stalled": return STALLS[status] ?? `Redis: ${status}`;
        case "connecting": return "Connecting";
        case "reconnecting": return "Reconnecting";
        default: return needsToken ? "Refused: token needed" : `Refused: ${reason}`;
    }
}
