/// Everything that is answered over plain HTTP, beside the files below `/assets/`.
enum Route: String, CaseIterable {
    case page = "/"
    case client = "/socket.io/socket.io.js"
    case smallClient = "/socket.io/socket.io.min.js"
    case health = "/healthz"
    case readiness = "/readyz"
    case metrics = "/metrics"
    case keys = "/api/v1/keys"
    case window = "/api/v1/window"
    case series = "/api/v1/series"
    case moment = "/api/v1/at"
}
