import EngineIO
import JSONBytes
import SeededRandom
import SocketIO

/// What has to hold for any input; each check gives a sentence where it does not.
enum Checks {
    static func fault(in input: [UInt8], using random: inout SeededGenerator) -> String? {
        packet(input) ?? payload(input) ?? base64(input) ?? request(input) ?? json(input)
            ?? socketPackets(input, using: &random) ?? sessions(input, using: &random)
    }

    private static func packet(_ input: [UInt8]) -> String? {
        guard let packet = try? EnginePacket(text: input) else { return nil }
        return (try? EnginePacket(text: packet.text)) == packet ? nil : "a packet reads otherwise when written again"
    }

    private static func payload(_ input: [UInt8]) -> String? {
        guard let packets = try? EnginePayload.decode(input) else { return nil }
        return (try? EnginePayload.decode(EnginePayload.encode(packets))) == packets
            ? nil : "a payload reads otherwise when written again"
    }

    private static func base64(_ input: [UInt8]) -> String? {
        guard Base64.decode(Base64.encode(input)) == input else { return "base64 does not give back what it took" }
        guard let bytes = Base64.decode(input) else { return nil }
        return bytes.count <= (input.count * 3 + 3) / 4 ? nil : "base64 gives more than there was"
    }

    private static func request(_ input: [UInt8]) -> String? {
        let query = String(decoding: input, as: UTF8.self)
        for method in [EngineRequest.Method.get, .post, .other] {
            for isUpgrade in [true, false] {
                let request = EngineRequest(method: method, isUpgrade: isUpgrade, query: query[...])
                if case .open = try? request.target(), request.protocolVersion != "4" { return "another version opens" }
            }
        }
        return nil
    }

    private static func json(_ input: [UInt8]) -> String? {
        let isValid = (try? JSONScanner.validate(input)) != nil
        let value = try? JSONValue(parsing: input)
        guard isValid == (value != nil) else { return "the scanner and the reader do not agree" }
        if let elements = try? JSONScanner.elements(ofArray: input) {
            let values = elements.map { try? JSONValue(parsing: Array(input[$0])) }
            guard value == .array(values.compactMap { $0 }) else { return "an array's elements are not its elements" }
        } else if case .array = value {
            return "an array has no elements"
        }
        if let ranges = try? JSONScanner.topLevelValues(input, keys: ["id", "t"]), case .object? = value {
            for range in ranges.compactMap({ $0 }) where (try? JSONValue(parsing: Array(input[range]))) == nil {
                return "a value in an object is none"
            }
        }
        guard let value, isFinite(value) else { return nil }
        var writer = JSONWriter()
        writer.value(value)
        return (try? JSONValue(parsing: writer.bytes)) == value ? nil : "JSON reads otherwise when written again"
    }

    /// What is beyond a double is infinite, and has no JSON form.
    private static func isFinite(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool, .string: true
        case .number(let number): number.isFinite
        case .array(let elements): elements.allSatisfy(isFinite)
        case .object(let members): members.values.allSatisfy(isFinite)
        }
    }

    private static func socketPackets(_ input: [UInt8], using random: inout SeededGenerator) -> String? {
        var reader = SocketPacketReader()
        guard let packet = read(Array(input.dropFirst()), with: &reader, using: &random) else { return nil }
        guard case .event(let namespace, let event) = packet else { return nil }
        let text = SocketPacketWriter.event(
            event.name, arguments: event.arguments, namespace: namespace, ackID: event.ackID,
            attachmentCount: event.attachments.count)
        var again = SocketPacketReader()
        var written = try? again.receive(text: text.bytes)
        for attachment in event.attachments { written = (try? again.receive(binary: attachment)) ?? written }
        // A number as name becomes text, and a name's spelling is ours: what counts is what was meant.
        return written == packet ? nil : "an event reads otherwise when written again"
    }

    private static func read(
        _ text: [UInt8], with reader: inout SocketPacketReader, using random: inout SeededGenerator
    ) -> SocketPacket? {
        do throws(SocketPacketError) {
            if let packet = try reader.receive(text: text) { return packet }
            for _ in 0..<SocketPacketReader.maxAttachments {
                if let packet = try reader.receive(binary: Inputs.noise(using: &random)) { return packet }
            }
            return nil
        } catch {
            return nil
        }
    }

    /// A client that has joined sends several inputs: whatever they are, the session goes on or is closed for good.
    private static func sessions(_ input: [UInt8], using random: inout SeededGenerator) -> String? {
        let now = ContinuousClock.now
        var engine = EngineSession(openedBy: .websocket, id: "s", configuration: EngineConfiguration(), now: now)
        var client = ClientSession(connectTimeout: .seconds(45), now: now)
        var isJoined = false
        for text in [Array("40".utf8), input, Inputs.next(using: &random), input] {
            let wasClosed = engine.isClosed
            switch engine.receivedText(text, now: now) {
            case .deliver(let message):
                switch client.receive(text: message, isKnown: { $0 == "/" || $0 == "/chat" }) {
                case .authorize(let namespace, _): isJoined = client.accept(namespace: namespace, id: "i") || isJoined
                case .event, .acknowledged: if !isJoined { return "an event came from outside" }
                case .nothing, .refuseUnknown, .left: break
                case .close: return nil
                }
            case .deliverBinary(let bytes): _ = client.receive(binary: bytes)
            case .ignore: break
            case .close: if wasClosed { return "a session was closed twice" }
            }
        }
        return nil
    }
}
