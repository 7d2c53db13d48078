import { el, setText } from "../dom.js";

/** The state of the page's own connection in words, and the token prompt when the server wants one. */
export function createConnectionState({ onToken }) {
    const word = el("span");
    const tries = el("span", { class: "tries" });
    const node = el("p", { class: "connection", role: "status", "data-state": "connecting" },
        el("i", { class: "dot", "aria-hidden": "true" }), word, tries);
    const input = el("input", { type: "password", id: "token", autocomplete: "current-password", required: true });
    const prompt = el("form", { class: "token panel", hidden: true },
        el("h2", { text: "This server wants a token" }),
        el("p", { text: "It was given to the daemon with --token-file. It stays in this browser." }),
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
            setText(word, words(state));
            setText(tries, state.attempt > 0 ? `try ${state.attempt}` : "");
            const wasHidden = prompt.hidden;
            prompt.hidden = !(state.name === "refused" && state.needsToken);
            if (wasHidden && !prompt.hidden) input.focus();
        },
    };
}

function words({ name, reason, needsToken }) {
    switch (name) {
        case "live": return "Live";
        case "connecting": return "Connecting";
        case "reconnecting": return "Reconnecting";
        default: return needsToken ? "Refused: token needed" : `Refused: ${reason}`;
    }
}
