import CZlib

/// Reads gzip (RFC 1952) by zlib alone.
package enum Gunzip {
    package struct Unreadable: Error {}

    /// One whole member, and nothing after it.
    package static func whole(_ bytes: [UInt8]) throws -> [UInt8] {
        let (text, isWhole) = try read(bytes)
        guard isWhole else { throw Unreadable() }
        return text
    }

    /// What can be read of the beginning of a member.
    package static func beginning(_ bytes: [UInt8]) throws -> [UInt8] { try read(bytes).text }

    private static func read(_ bytes: [UInt8]) throws -> (text: [UInt8], isWhole: Bool) {
        var stream = z_stream()
        guard streamassembler_inflate_begin(&stream, 15 + 16) == Z_OK else { throw Unreadable() }
        defer { inflateEnd(&stream) }
        var (input, output) = (bytes, [UInt8](repeating: 0, count: 16 << 20))
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
                (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
                return inflate(&stream, Z_SYNC_FLUSH)
            }
        }
        guard result == Z_OK || result == Z_STREAM_END, stream.avail_in == 0 else { throw Unreadable() }
        return (Array(output.prefix(Int(stream.total_out))), result == Z_STREAM_END)
    }
}
