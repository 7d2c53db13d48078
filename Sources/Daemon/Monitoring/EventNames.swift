/// What the daemon sends to its clients, by the names of the contract.
enum ServerEvent: String, CaseIterable {
    case updates
    case dUpdates
    case details
    case gone
    case status
    case heartbeat
    case draining
}

/// What clients may ask for, by the names of the contract.
enum ClientEvent: String, CaseIterable {
    case subscribe
    case details
    case series
    case keys
    case pause
    case resume
}

/// Names of runs and of counts: `seq` begins anew with each.
enum Epoch {
    static func random() -> String { String(UInt64.random(in: .min ... .max), radix: 36) }
}
