import EngineIO
import NIOCore

/// A waiting GET.
protocol PollResponder: AnyObject {
    /// Answers with packets; each has its bytes on its own.
    ///
    /// - Parameter mayCompress: Whether compressing them is worth the time.
    /// - Returns: when the kernel has taken the answer, or never will; nil where there is nobody to answer.
    func answerPoll(_ packets: [ByteBuffer], mayCompress: Bool) -> EventLoopFuture<Void>?
}

/// A POST whose packets are being taken.
protocol PostResponder: AnyObject {
    /// Answers that all were taken, or why not.
    func answerPost(_ error: EngineRequestError?)
}
