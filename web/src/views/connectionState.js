import { el, setText } from "../dom.js";
import { linkWord } from "../model/linkWords.js";

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
        show(state) {
            node.dataset.state = state.name;
            setText(word, linkWord(state));
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
