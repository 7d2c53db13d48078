/// One command of a replication stream, as the master executed it.
package struct StreamedCommand: Sendable, Equatable {
    /// What the limits of ``StreamedCommandReader`` made it leave out.
    package enum Omission: Sendable, Equatable {
        case nothing
        /// The content of a single long word: an empty word stands in its place.
        case longWords
        /// All words after those kept.
        case rest
    }

    /// The command's name, then its arguments.
    package var words: [[UInt8]]
    package var omission: Omission
    /// How far the command moves the offset of the stream: all its bytes, framing included.
    package var streamBytes: Int

    package init(words: [[UInt8]], omission: Omission = .nothing, streamBytes: Int) {
        self.words = words
        self.omission = omission
        self.streamBytes = streamBytes
    }
}
