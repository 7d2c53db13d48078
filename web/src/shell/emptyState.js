import { el, setText } from "../views/dom.js";

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
