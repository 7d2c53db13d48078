extension JSONValue {
    /// What a value looks like as JSON: `try JSONValue(encoding: user)["name"]?.string`.
    ///
    /// - Throws: ``ArgumentError`` for what has no JSON form: a `Double` that is not finite, `Data`.
    public init(encoding value: some Encodable) throws(ArgumentError) {
        let arguments = try EventArguments(value)
        guard arguments.attachments.isEmpty else {
            throw ArgumentError(position: 0, reason: "Data travels as an attachment: it has no JSON form")
        }
        do {
            self = try JSONValue(parsing: arguments.json.first ?? [])
        } catch {
            throw ArgumentError(position: 0, reason: "\(error)")
        }
    }

    /// The value as another type: `try value.decode(as: User.self)`.
    ///
    /// - Throws: ``ArgumentError`` that says where the value is not what the type asks for.
    public func decode<Value: Decodable>(as type: Value.Type) throws(ArgumentError) -> Value {
        try EventArguments(self).decode(as: type)
    }
}
