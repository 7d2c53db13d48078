/**
 * Why a connection cannot be opened, from what the server or a proxy before it has answered:
 * `{code, word, title, text}`, or null where nothing answered.
 * @param error what the official client gives with `connect_error`; of a failed request `context` is its XMLHttpRequest
 */
export function refusalOf(error) {
    // The client opened what is no Engine.IO answer.
    if (error?.code === "parser error") return said("no-server", "Not the server", "Something else answers here",
        "The answer does not come from StreamAssembler, but perhaps from a login page. Reload this page.");
    const status = error?.context?.status;
    if (typeof status !== "number" || status === 0 || status === 200) return null;
    const body = parsed(error.context.responseText);
    const own = body?.error;
    if (typeof own?.code === "string" && Object.hasOwn(OURS, own.code)) {
        const [word, title] = OURS[own.code];
        return said(own.code, word, title, sentence(own.message));
    }
    // Engine.IO's own errors: the session that one server opened is another's next request.
    if (body?.code === 1) return said("not-sticky", "Sessions are split", "Requests reach different servers",
        "The proxy sends the requests of one session to several servers. It must let WebSocket through, or send each "
        + "browser to one server (sticky sessions).");
    return ofProxy(status);
}

/** The server says goodbye with a code; a connection that was cut has 1006 (RFC 6455 §7.4.1) or none. */
export const isClean = (code) => typeof code === "number" && code !== 1006;

export const isUnauthorized = (error) => error.message === "unauthorized" || error.data?.code === "unauthorized";

const OURS = {
    "forbidden-origin": ["Refused: origin", "The server refuses this page"],
    "forbidden-host": ["Refused: host name", "The server does not answer to this name"],
    "too-many-connections": ["Refused: full", "The server accepts no more connections"],
    "shutting-down": ["Server shutting down", "The server is shutting down"],
};

function ofProxy(status) {
    switch (status) {
        case 401: return said("proxy-login", "Proxy: login needed", "The proxy asks for a login", "Reload the page to log in again.");
        case 403: return said("proxy-forbidden", "Proxy: forbidden", "The proxy refuses this page",
            "HTTP 403 came from the proxy, not from the server. Check the proxy's access rules and log.");
        case 404: return said("no-path", "Proxy: no such path", "The proxy does not forward to the server",
            "HTTP 404 for socket.io/ below this page: the proxy must forward everything under the page's path.");
        case 413: return said("too-large", "Proxy: too large", "The proxy rejects a request as too large",
            "HTTP 413: the page sends smaller requests now. Allow bodies of 1 MB (nginx: client_max_body_size).");
        case 429: return said("too-often", "Proxy: too often", "The proxy limits this page's requests",
            "HTTP 429: a rate limit of the proxy was reached. Raise it for this page.");
        case 502: case 503: case 504: return said("bad-gateway", `Proxy: HTTP ${status}`, "The server behind the proxy does not answer",
            `HTTP ${status}: the proxy cannot reach the server. Check that the server runs, and its address in the proxy's configuration.`);
        default: return said("http", `HTTP ${status}`, "Unexpected answer", `The server, or a proxy before it, answered HTTP ${status}.`);
    }
}

const said = (code, word, title, text) => ({ code, word, title, text });

/** A message of the server's, as a sentence. */
function sentence(message) {
    const text = String(message ?? "").slice(0, 1000);
    return text && `${text[0].toUpperCase()}${text.slice(1)}${/[.!?]$/.test(text) ? "" : "."}`;
}

function parsed(text) {
    try {
        return JSON.parse(text);
    } catch {
        return null;
    }
}
