extension JSONScanner {
    /// Checks that `bytes` are one JSON object and gives its members in their order, each name with its escapes undone
    /// and the offsets of its raw value. A name that stands twice is there twice.
    public static func members(
        ofObject bytes: some Collection<UInt8>, maxDepth: Int = defaultMaxDepth
    ) throws(JSONError) -> [(name: String, value: Range<Int>)] {
        try JSONCursor.run(over: bytes, maxDepth: maxDepth) { (cursor) throws(JSONError) in
            var members: [(name: String, value: Range<Int>)] = []
            guard try cursor.peek() == UInt8(ascii: "{") else { throw .notExpectedType(offset: cursor.offset) }
            try cursor.object { (cursor, key) throws(JSONError) in
                let name = JSONValue.text(of: cursor.bytes[key])
                members.append((name, try cursor.value()))
            }
            try cursor.end()
            return members
        }
    }
}
