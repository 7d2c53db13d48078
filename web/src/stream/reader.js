// The server gives so much to one address at a time, and says when there is more.
const BUSY = 429;
const LONGEST_S = 60;

/** Reads the server's HTTP answers, one after the other: more at a time it would refuse. */
export function createReader({ token }) {
    let last = Promise.resolve();

    async function read(path, fields) {
        const held = token.read();
        const headers = held ? { Authorization: `Bearer ${held}` } : {};
        try {
            const answer = await fetch(`api/v1/${path}?${new URLSearchParams(fields)}`, { headers });
            if (answer.status === BUSY) {
                const seconds = Number(answer.headers.get("retry-after")) || 1;
                return { answer: null, waitMs: 1000 * Math.min(seconds, LONGEST_S) };
            }
            return { answer: answer.ok ? await answer.json() : null, waitMs: null };
        } catch {
            return { answer: null, waitMs: 0 };
        }
    }

    return {
        /** `{answer, waitMs}`: null for no answer; `waitMs` where one may come later, 0 for a time that is not known. */
        get(path, fields) {
            last = last.then(() => read(path, fields));
            return last;
        },
    };
}
