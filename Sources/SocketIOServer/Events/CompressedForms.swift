import NIOCore
import Synchronization

/// The compressed forms of one packet. Each is made for the first client that needs it and shared with the others, as long
/// as the packet exists.
final class CompressedForms: Sendable {
    private struct Form {
        let windowBits: Int
        let frame: ByteBuffer
    }

    private let made = Mutex<[Form]>([])

    /// Nil for a small packet, which is hardly ever compressed.
    init?(of frame: ByteBuffer) {
        guard frame.readableBytes >= 256 else { return nil }
    }

    /// The form for one size of window. If two servers send the packet at once, the second waits for the first.
    func frame(windowBits: Int, _ make: () -> ByteBuffer) -> ByteBuffer {
        made.withLock { made in
            if let known = made.first(where: { $0.windowBits == windowBits }) { return known.frame }
            let form = Form(windowBits: windowBits, frame: make())
            made.append(form)
            return form.frame
        }
    }
}
