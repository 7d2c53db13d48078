import NIOCore

/// The body of a POST while it is read: kept up to the limit, then only counted so that the answer can be read.
struct PostBody {
    private let maxBytes: Int
    private var bytes: [UInt8] = []
    private let hopelessAt: Int
    private var count = 0

    init(maxBytes: Int, hopelessAt: Int) {
        self.maxBytes = maxBytes
        self.hopelessAt = hopelessAt
    }

    /// Whether so much came that the connection is not worth reading on.
    var isHopeless: Bool { count > hopelessAt }

    var heldBytes: Int { bytes.capacity }

    /// Nil where it is too large.
    var whole: [UInt8]? { count <= maxBytes ? bytes : nil }

    mutating func append(_ chunk: ByteBuffer) {
        count += chunk.readableBytes
        if count <= maxBytes { bytes.append(contentsOf: chunk.readableBytesView) } else { bytes = [] }
    }
}
