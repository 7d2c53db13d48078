// The newest sample of each key: what came before is asked for as columns.
const FIGURES = { depth: 1, figures: true };
// A server that knows no figures sends whole samples, and knows no columns either.
const WHOLE = { depth: 300 };
const BUSY_MS = 1000;
const ANSWER_MS = 30_000;

/** Asks by an event of a socket: the answer, or null where none comes. */
export const asker = (socket) => (event, argument) => new Promise((resolve) => {
    socket.timeout(ANSWER_MS).emit(event, argument, (error, answer) => resolve(error ? null : answer));
});

/**
 * What the page has the server send: figures of all hosts, and the details of one. An older server, which does not know
 * details, is asked for whole samples.
 * @param ask `(event, argument)` gives the answer, or null where none comes
 * @param isOpen whether there is a connection
 * @param onWhole told whether samples come whole now
 */
export function createChoice({ ask, isOpen, onWhole, later = setTimeout }) {
    let isWhole = false;
    let host = null;
    let turn = 0;

    const wantsWhole = (wanted) => {
        if (wanted === isWhole) return;
        isWhole = wanted;
        onWhole(isWhole);
        ask("subscribe", isWhole ? WHOLE : FIGURES);
    };

    async function tell() {
        const mine = (turn += 1);
        const answer = await ask("details", { hosts: host === null ? [] : [host], depth: 1 });
        // What was asked before the last choice, or on another connection, says nothing.
        if (mine !== turn || !isOpen()) return;
        const code = answer?.error?.code;
        if (code === "busy") later(() => mine === turn && isOpen() && tell(), BUSY_MS);
        else if (code === "unknown-event") wantsWhole(true);
        else if (answer?.ok) wantsWhole(false);
    }

    return {
        /** What a new connection begins with. */
        get subscription() {
            return isWhole ? WHOLE : FIGURES;
        },
        /** Says it to a server that has just been met. */
        tell,
        look(name) {
            // A name with wildcards would bring others' details.
            const next = name !== null && /[*?[\]\\]/.test(name) ? null : name;
            if (next === host) return;
            host = next;
            if (isOpen()) tell();
        },
    };
}
