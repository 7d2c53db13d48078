/**
 * The page's keys in one list, which is also what the help shows.
 * A command: `{keys: [key…], words, group, run}`; `key` as in KeyboardEvent.key, `shown` where that is no word.
 */
export function listen(commands, { target = document } = {}) {
    const byKey = new Map(commands.filter(({ run }) => run).flatMap((command) => command.keys.map((key) => [key, command])));
    target.addEventListener("keydown", (event) => {
        if (event.defaultPrevented || event.altKey) return;
        const key = event.ctrlKey || event.metaKey ? `Ctrl+${event.key.toLowerCase()}` : event.key;
        const command = byKey.get(key);
        if (!command) return;
        // Whoever types, types; and an open dialog has its own keys.
        const typing = event.target.closest?.("input:not([type=radio], [type=checkbox]), select, textarea, dialog");
        if (typing && !key.startsWith("Ctrl+")) return;
        // The space bar presses, toggles or scrolls what has the focus; the arrow keys choose among radio buttons.
        if (key === " " && event.target.closest?.("button, a, summary, input, [role=option], .scroller")) return;
        if (key.startsWith("Arrow") && event.target.closest?.("input[type=radio]")) return;
        if (key === "Enter" && event.target.closest?.("button, a, summary, input")) return;
        if (command.run(event) !== false) event.preventDefault();
    });
}
