import CZlib

/// DEFLATE as a client does it, with zlib alone: what the server writes is read here, and the other way round.
final class RawDeflate {
    struct Unreadable: Error {}

    private var stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)

    init(windowBits: Int = 15, level: Int = 6, memory: Int = 8) {
        stream.initialize(to: z_stream())
        _ = streamassembler_deflate_begin(stream, Int32(level), Int32(-windowBits), Int32(memory))
    }

    deinit {
        deflateEnd(stream)
        stream.deallocate()
    }

    /// The next part of a message, up to a flush; of the last part without the empty block at its end.
    func part(_ bytes: [UInt8], isLast: Bool = true) -> [UInt8] {
        let whole = run(bytes, Z_SYNC_FLUSH)
        return isLast ? whole.dropLast(4) : whole
    }

    /// The same, ended by a final block and the byte that has to follow it (RFC 7692 §7.2.3.4).
    func final(_ bytes: [UInt8]) -> [UInt8] { run(bytes, Z_FINISH) + [0] }

    /// A message by itself.
    static func message(_ bytes: [UInt8], windowBits: Int = 15, level: Int = 6, memory: Int = 8) -> [UInt8] {
        RawDeflate(windowBits: windowBits, level: level, memory: memory).part(bytes)
    }

    private func run(_ bytes: [UInt8], _ flush: Int32) -> [UInt8] {
        var (input, output) = (bytes, [UInt8](repeating: 0, count: bytes.count * 2 + 1_000))
        return input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                (stream.pointee.next_in, stream.pointee.avail_in) = (input.baseAddress, UInt32(input.count))
                (stream.pointee.next_out, stream.pointee.avail_out) = (output.baseAddress, UInt32(output.count))
                deflate(stream, flush)
                return Array(output.dropLast(Int(stream.pointee.avail_out)))
            }
        }
    }

    /// Reads a message that was compressed with a window of so many bits at most.
    static func read(_ message: [UInt8], windowBits: Int = 15) throws -> [UInt8] {
        var stream = z_stream()
        guard streamassembler_inflate_begin(&stream, Int32(-windowBits)) == Z_OK else { throw Unreadable() }
        defer { inflateEnd(&stream) }
        var (input, output) = (message + [0x00, 0x00, 0xff, 0xff], [UInt8](repeating: 0, count: 4 << 20))
        let result = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                (stream.next_in, stream.avail_in) = (input.baseAddress, UInt32(input.count))
                (stream.next_out, stream.avail_out) = (output.baseAddress, UInt32(output.count))
                return inflate(&stream, Z_SYNC_FLUSH)
            }
        }
        guard result == Z_OK, stream.avail_in == 0 else { throw Unreadable() }
        return Array(output.prefix(Int(stream.total_out)))
    }
}

extension RawDeflate {
    /// Text of so many bytes as dashboards send it: it shrinks, but not to nothing.
    static func json(bytes: Int) -> [UInt8] {
        var text = ""
        var number = 17
        while text.utf8.count < bytes {
            number = (number &* 1_103_515_245 &+ 12_345) & 0x7fff_ffff
            text += #"{"host":"web-\#(number % 40)","cpu":\#(number % 1_000),"é":true},"#
        }
        var cut = Array(text.utf8.prefix(bytes))
        // Not amid a letter.
        while cut.last.map({ $0 >= 0x80 }) == true { cut[cut.count - 1] = 0x20 }
        return String(validating: cut, as: UTF8.self) == nil ? cut.map { $0 < 0x80 ? $0 : 0x20 } : cut
    }
}
