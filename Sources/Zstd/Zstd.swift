import CZstd

/// Why bytes could not be compressed or read back.
package enum ZstdError: Error, Equatable, CustomStringConvertible {
    /// There was no memory for a context, or none for its tables.
    case outOfMemory
    /// The result is longer than the room that was given for it.
    case noRoom
    /// The bytes are no frame, are cut off, or give another length than was said.
    case corrupt
    /// Anything else, in the library's words.
    case failed(String)

    package var description: String {
        switch self {
        case .outOfMemory: "zstd: no memory"
        case .noRoom: "zstd: the result does not fit into the room given"
        case .corrupt: "zstd: the bytes are not what was compressed"
        case .failed(let reason): "zstd: \(reason)"
        }
    }

    /// - Parameter result: what a function of the library returned, an error.
    fileprivate init(_ result: Int) {
        switch ZSTD_getErrorCode(result) {
        case ZSTD_error_memory_allocation: self = .outOfMemory
        case ZSTD_error_dstSize_tooSmall: self = .noRoom
        case ZSTD_error_prefix_unknown, ZSTD_error_corruption_detected, ZSTD_error_srcSize_wrong,
            ZSTD_error_checksum_wrong, ZSTD_error_version_unsupported, ZSTD_error_frameParameter_unsupported,
            ZSTD_error_frameParameter_windowTooLarge, ZSTD_error_dictionary_wrong, ZSTD_error_literals_headerWrong:
            self = .corrupt
        default: self = .failed(String(cString: ZSTD_getErrorName(result)))
        }
    }
}

/// Makes zstd frames (RFC 8878), one at a time. Its context is made at the first and kept: the next costs no allocation
/// but that of its result.
package struct ZstdCompressor: ~Copyable {
    private let level: Int32
    private var context: OpaquePointer?
    private var scratch = Scratch()

    /// - Parameter level: 1 to 19; more is smaller and slower.
    package init(level: Int32) {
        self.level = level
    }

    deinit { ZSTD_freeCCtx(context) }

    /// One frame with the bytes, which tells their number.
    ///
    /// - Parameter room: how long the frame may be; nil for as long as it takes.
    package mutating func compress(_ bytes: [UInt8], room: Int? = nil) throws(ZstdError) -> [UInt8] {
        let context = try ready()
        scratch.grow(to: ZSTD_compressBound(bytes.count))
        let room = min(scratch.room.count, max(0, room ?? .max))
        let target = scratch.room.baseAddress
        let size = bytes.withUnsafeBytes { ZSTD_compress2(context, target, room, $0.baseAddress, $0.count) }
        guard ZSTD_isError(size) == 0 else {
            // What was begun is let go; level and tables stay.
            ZSTD_CCtx_reset(context, ZSTD_reset_session_only)
            throw ZstdError(size)
        }
        return Array(UnsafeRawBufferPointer(rebasing: scratch.room[..<size]))
    }

    private mutating func ready() throws(ZstdError) -> OpaquePointer {
        if let context { return context }
        guard let made = ZSTD_createCCtx() else { throw .outOfMemory }
        let result = ZSTD_CCtx_setParameter(made, ZSTD_c_compressionLevel, level)
        guard ZSTD_isError(result) == 0 else {
            ZSTD_freeCCtx(made)
            throw ZstdError(result)
        }
        context = made
        return made
    }
}

/// Reads zstd frames, one at a time, with one context that is kept.
package struct ZstdDecompressor: ~Copyable {
    private var context: OpaquePointer?

    package init() {}

    deinit { ZSTD_freeDCtx(context) }

    /// The same of an array.
    package mutating func decompress(_ frame: [UInt8], size: Int) throws(ZstdError) -> [UInt8] {
        try decompress(frame[...], size: size)
    }

    /// The bytes of a frame. Whatever the frame says, no more than `size` bytes are ever made.
    ///
    /// - Parameter size: how many they are; another number is an error.
    package mutating func decompress(_ frame: ArraySlice<UInt8>, size: Int) throws(ZstdError) -> [UInt8] {
        guard size >= 0 else { throw .corrupt }
        if context == nil { context = ZSTD_createDCtx() }
        guard let context else { throw .outOfMemory }
        var result = 0
        let bytes = [UInt8](unsafeUninitializedCapacity: size) { target, count in
            result = frame.withUnsafeBytes {
                ZSTD_decompressDCtx(context, target.baseAddress, size, $0.baseAddress, $0.count)
            }
            count = ZSTD_isError(result) == 0 ? result : 0
        }
        guard ZSTD_isError(result) == 0 else {
            let error = ZstdError(result)
            // More than was said is not what was compressed.
            throw error == .noRoom ? .corrupt : error
        }
        guard bytes.count == size else { throw .corrupt }
        return bytes
    }
}

/// Room for a result whose length is not known yet.
private struct Scratch: ~Copyable {
    private(set) var room = UnsafeMutableRawBufferPointer(start: nil, count: 0)

    deinit { room.deallocate() }

    mutating func grow(to size: Int) {
        if size <= room.count { return }
        room.deallocate()
        room = .allocate(byteCount: max(size, 64 << 10), alignment: 16)
    }
}
