import Glibc

/// What a client says: the handshakes of WebSocket, Engine.IO and Socket.IO, and short texts.
struct Joining {
    let socket: Int32

    /// Returns when the client is in the namespace `/`. It offers compression, which a server may decline.
    func join() throws(SystemFailure) {
        try write(
            Array(
                """
                GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r
                Host: localhost\r
                Upgrade: websocket\r
                Connection: Upgrade\r
                Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r
                Sec-WebSocket-Version: 13\r
                Sec-WebSocket-Extensions: permessage-deflate\r
                \r

                """.utf8))
        try expect("\r\n\r\n")
        try send("40")
        // The open packet ends so too, but has no such beginning.
        try expect("40{\"sid\":")
        try expect("}")
    }

    /// Sends a text frame, masked with zeros; at most 125 bytes.
    func send(_ text: String) throws(SystemFailure) {
        let payload = Array(text.utf8)
        try write([0x81, 0x80 | UInt8(payload.count), 0, 0, 0, 0] + payload)
    }

    private func write(_ bytes: [UInt8]) throws(SystemFailure) {
        guard Glibc.write(socket, bytes, bytes.count) == bytes.count else { throw SystemFailure("write") }
    }

    /// Reads up to the end of that text and not further.
    private func expect(_ text: String) throws(SystemFailure) {
        let wanted = Array(text.utf8)
        var seen: [UInt8] = []
        var byte: UInt8 = 0
        repeat {
            guard read(socket, &byte, 1) == 1 else {
                throw SystemFailure(unexpected: "no \(text.debugDescription) came")
            }
            seen.append(byte)
        } while !seen.suffix(wanted.count).elementsEqual(wanted)
    }
}
