// How it stands with the page's hearing, in words: every place that says it takes them from here.

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

/** In a word or two. */
export function linkWord({ name, status, reason, needsToken, refusal }) {
    if (refusal) return refusal.word;
    switch (name) {
        case "live": return "Live";
        case "doubtful": return "No word from server";
        case "quiet": return "All hosts silent";
        case "stalled": return STALLS[status] ?? `Redis: ${status}`;
        case "connecting": return "Connecting";
        case "reconnecting": return "Reconnecting";
        default: return needsToken ? "Refused: token needed" : `Refused: ${reason}`;
    }
}

/** For the line under the head, `{kind, title, text}`; null where hosts are heard as they should be. */
export function linkSentence({ name, detail, refusal }, since) {
    switch (name) {
        case "doubtful":
            return { kind: "doubtful", title: "No word from the server.", text: `Nothing was heard of any host since ${since}; what is shown is `
                + "of then. The server, or the network between it and this page, does not answer. The page goes on by itself." };
        case "reconnecting":
            return { kind: "lost", title: "Connection lost.", text: `Nothing was heard of any host since ${since}; what is shown is of then. `
                + (refusal ? `${refusal.title}. ${refusal.text}` : "The page goes on where it stopped as soon as the server answers.") };
        case "stalled":
            return { kind: "stalled", title: "No data from Redis.", text: `The server answers, but follows no Redis since ${since}. ${detail ?? ""}` };
        case "quiet":
            return { kind: "quiet", title: "All hosts fell silent at once.", text: `The server answers and follows Redis, but no host `
                + `has written to it since ${since}. Check what the hosts share: their network, and whether Redis takes writes.` };
        default: return null;
    }
}

/** Why a host is not heard where it is not the host's doing. */
export const unheardWords = ({ name }, since) => `Nothing heard since ${since}: ${{
    stalled: "the server follows no Redis",
    doubtful: "no word from the server",
    refused: "the server refuses this page",
}[name] ?? "the connection is at fault"}, not the host.`;
