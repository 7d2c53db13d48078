import NIOHTTP1

/// The headers that every answer carries, errors and refusals too: what the page may load, and who may embed or read
/// what we answer.
///
/// Nothing inline and nothing from elsewhere: what a sample carries cannot become code even if the page had a fault.
enum SecurityHeaders {
    static let all: HTTPHeaders = [
        // Connections to our own host and port alone: `'self'` covers WebSockets to them (CSP 3 §6.7.2.8).
        "content-security-policy":
            "default-src 'self'; img-src 'self' data:; connect-src 'self'; object-src 'none'; base-uri 'none'; "
            + "form-action 'none'; frame-ancestors 'none'",
        "x-content-type-options": "nosniff",
        "referrer-policy": "no-referrer",
        "cross-origin-opener-policy": "same-origin",
        // Does not hinder pages of allowed origins: what they fetch goes by CORS.
        "cross-origin-resource-policy": "same-origin",
        "permissions-policy":
            "accelerometer=(), browsing-topics=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
            + "magnetometer=(), microphone=(), midi=(), payment=(), serial=(), usb=()",
    ]
}
