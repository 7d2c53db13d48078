import JSONBytes

/// `{"code", "message"}`: how the daemon names an error, over HTTP as in acks.
enum ErrorObject {
    static func encode(code: String, message: String) -> [UInt8] {
        var writer = JSONWriter(reservingCapacity: 96)
        writer.beginObject()
        writer.key("code")
        writer.string(code)
        writer.key("message")
        writer.string(message)
        writer.endObject()
        return writer.bytes
    }
}
