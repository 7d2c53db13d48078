// The state of the link in words, for every place that shows it.

/** What `status` says of Redis, as in `/readyz`. */
const STALLS = {
    connecting: "Redis: connecting",
    unreachable: "Redis: unreachable",
    "timed-out": "Redis: no answer",
    "wrong-password": "Redis: wrong password",
    "no-permission": "Redis: permission missing",
    "wrong-database": "Redis: no such database",
    configuration: "Redis: misconfigured",
    tls: "Redis: TLS error",
    loading: "Redis: loading data",
    busy: "Redis: busy",
    "not-master": "Redis: not the master",
    "no-master": "Redis: no master",
    "protocol-error": "Redis: protocol error",
    "catching-up": "Redis: catching up",
};

/** In a word or two. */
export function linkWord({ name, status, reason, needsToken, refusal }) {
    if (refusal) return refusal.word;
    switch (name) {
        case "live": return "Live";
        case "doubtful": return "Server not responding";
        case "quiet": return "All hosts silent";
        case "stalled": return STALLS[status] ?? `Redis: ${status}`;
        case "connecting": return "Connecting";
        case "reconnecting": return "Reconnecting";
        default: return needsToken ? "Refused: token needed" : `Refused: ${reason}`;
    }
}

const GOES_ON = "The page continues where it stopped as soon as the server answers.";

/** For the line above the foot, `{kind, title, text}`; null where hosts are heard as they should be. */
export function linkSentence({ name, detail, refusal }, since) {
    const said = (kind, title, text) => ({ kind, title, text });
    const old = `No data since ${since}: all values are from then.`;
    switch (name) {
        case "doubtful": return said("doubtful", "Server not responding.",
            `${old} The server does not answer, or the network between it and this page is down. The page continues on its own.`);
        case "reconnecting": return said("lost", "Connection lost.",
            `${old} ${refusal ? `${refusal.title}. ${refusal.text}` : GOES_ON}`);
        case "stalled": return said("stalled", "No data from Redis.",
            `The server answers, but gets no data from Redis since ${since}. ${detail ?? ""}`);
        case "quiet": return said("quiet", "All hosts went silent at once.",
            `The server answers and is connected to Redis, but no host has written to it since ${since}. `
            + "Check what the hosts share: their network, and whether Redis accepts writes.");
        default: return null;
    }
}

/** Why a host is not heard where it is not the host's doing. */
export const unheardWords = ({ name }, since) => `No data since ${since}: ${{
    stalled: "the server gets no data from Redis",
    doubtful: "the server is not responding",
    refused: "the server refuses this page",
}[name] ?? "the connection failed"}. The host itself may be fine.`;
