/// One argument of a command: Redis takes byte strings only, the other forms are written as decimal text.
package enum RESPArgument: Sendable, Hashable {
    case string(String)
    case bytes([UInt8])
    case integer(Int64)
    /// Written in the shortest form that reads back as the same value: safe as a score.
    case double(Double)

    package static func integer(_ value: Int) -> Self { .integer(Int64(value)) }
}

extension RESPArgument: ExpressibleByStringInterpolation, ExpressibleByIntegerLiteral {
    package init(stringLiteral value: String) { self = .string(value) }
    package init(integerLiteral value: Int64) { self = .integer(value) }
}
