/// What has to be flushed at the end of this turn of the event loop.
struct FlushQueue {
    var isScheduled = false
    var connections: [ClientConnection] = []
    var tickets: [FlushTicket] = []
}
