import { el, setText } from "../views/dom.js";
import { linkWord } from "../model/linkWords.js";

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
            tries.title = isByPolling ? "WebSocket is blocked on the way to the server. The page uses HTTP requests instead: this works, but costs more." : "";
            wrong.hidden = !state.wasGiven;
            const wasHidden = prompt.hidden;
            prompt.hidden = !(state.name === "refused" && state.needsToken);
            if (wasHidden && !prompt.hidden) input.focus();
        },
    };
}
