/// One command of a replication stream, as the master executed it.
package struct StreamedCommand: Sendable, Equatable {
    /// What is left out because of the limits of ``StreamedCommandReader``.
    package enum Omission: Sendable, Equatable {
        case nothing
        /// The content of long words: each is replaced by an empty word.
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

/// Splits the bytes of a replication stream into commands.
///
/// A stream has the commands of all clients of the instance, with values up to 512 MB. What is longer than anything of
/// ours is counted and skipped, never kept. Each command says by how many bytes it moves the offset. The reader of
/// hiredis can do neither: only replies go through it.
///
/// ``` *3 CRLF $4 CRLF ZADD CRLF $2 CRLF ab CRLF … and, between commands, single newlines
/// ```
package struct StreamedCommandReader {
    private enum Position {
        case start
        case count(DecimalLine)
        case wordStart
        case length(DecimalLine)
        case word(remaining: Int)
        case wordCR
        case wordLF
    }

    /// No word of ours is longer: a member has at most 1 MiB, a key far less.
    private let keptWordBytes: Int
    private let keptCommandBytes: Int
    /// What a kept word costs besides its bytes.
    private static let wordOverhead = 32
    /// `proto-max-bulk-len` may be raised, but not beyond this by any sane operator.
    private static let maxWordBytes = 1 << 40

    private var position = Position.start
    private var wordsLeft = 0
    private var words: [[UInt8]] = []
    private var word: [UInt8] = []
    private var keepsWord = true
    private var keptBytes = 0
    private var omission = StreamedCommand.Omission.nothing
    private var streamBytes = 0

    /// - Parameters:
    ///   - keptWordBytes: words up to this length are kept.
    ///   - keptCommandBytes: words are kept until a command has this many bytes in all.
    package init(keptWordBytes: Int = 2 << 20, keptCommandBytes: Int = 32 << 20) {
        self.keptWordBytes = keptWordBytes
        self.keptCommandBytes = keptCommandBytes
    }

    /// Takes the next bytes of the stream and hands over each command that they complete.
    ///
    /// Throws where the bytes are no commands; the reader must not be used again then.
    package mutating func feed(
        _ bytes: UnsafeRawBufferPointer, _ body: (StreamedCommand) -> Void
    ) throws(RESPError) {
        var index = 0
        while index < bytes.count {
            let before = index
            let isEnd = try step(bytes, &index)
            streamBytes += index - before
            guard isEnd else { continue }
            body(StreamedCommand(words: words, omission: omission, streamBytes: streamBytes))
            (words, keptBytes, omission, streamBytes) = ([], 0, .nothing, 0)
        }
    }

    /// Takes at least one byte. True where a command ends with the last byte taken. A newline between commands is a
    /// command without words: it moves the offset too.
    private mutating func step(_ bytes: UnsafeRawBufferPointer, _ index: inout Int) throws(RESPError) -> Bool {
        switch position {
        case .word(let remaining):
            let taken = min(remaining, bytes.count - index)
            if keepsWord { word.append(contentsOf: bytes[index..<index + taken]) }
            index += taken
            position = taken == remaining ? .wordCR : .word(remaining: remaining - taken)
            return false
        default:
            let byte = bytes[index]
            index += 1
            return try take(byte)
        }
    }

    private mutating func take(_ byte: UInt8) throws(RESPError) -> Bool {
        switch position {
        case .start:
            if byte == 0x0A { return true }
            guard byte == UInt8(ascii: "*") else { throw .unknownType(byte) }
            position = .count(DecimalLine())
        case .count(var line):
            guard let count = try line.take(byte, type: UInt8(ascii: "*")) else {
                position = .count(line)
                return false
            }
            guard count >= 0 else { throw .malformedNumber(type: UInt8(ascii: "*")) }
            wordsLeft = Int(count)
            position = wordsLeft == 0 ? .start : .wordStart
            return wordsLeft == 0
        case .wordStart:
            guard byte == UInt8(ascii: "$") else { throw .unknownType(byte) }
            position = .length(DecimalLine())
        case .length(var line):
            guard let length = try line.take(byte, type: UInt8(ascii: "$")) else {
                position = .length(line)
                return false
            }
            guard length >= 0 else { throw .malformedNumber(type: UInt8(ascii: "$")) }
            guard length <= Self.maxWordBytes else {
                throw .bulkTooLong(declared: Int(length), limit: Self.maxWordBytes)
            }
            beginWord(length: Int(length))
        case .word, .wordCR:
            guard byte == 0x0D else { throw .missingTerminator }
            position = .wordLF
        case .wordLF:
            guard byte == 0x0A else { throw .missingTerminator }
            return endWord()
        }
        return false
    }

    private mutating func beginWord(length: Int) {
        keepsWord = length <= keptWordBytes
        if keepsWord, omission != .rest { keptBytes += length + Self.wordOverhead }
        if keptBytes > keptCommandBytes { omission = .rest }
        if omission == .rest { keepsWord = false } else if !keepsWord { omission = .longWords }
        word = []
        // Only a length was announced so far: a large word grows as its bytes come.
        if keepsWord { word.reserveCapacity(min(length, 64 << 10)) }
        position = length == 0 ? .wordCR : .word(remaining: length)
    }

    private mutating func endWord() -> Bool {
        if omission != .rest { words.append(word) }
        word = []
        wordsLeft -= 1
        position = wordsLeft == 0 ? .start : .wordStart
        return wordsLeft == 0
    }
}
