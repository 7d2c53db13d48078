import NIOCore

/// A waiting GET.
protocol PollResponder: AnyObject {
    /// Answers with packets; each has its bytes on its own.
    func answerPoll(_ packets: [ByteBuffer])
}
