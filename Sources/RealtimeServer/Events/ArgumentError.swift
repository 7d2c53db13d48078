/// An argument that could not be made into JSON, or was not what was expected.
public struct ArgumentError: Error, Sendable, Equatable, CustomStringConvertible {
    /// Which argument, counted from 0.
    public let position: Int
    /// What is wrong with it, and where inside it.
    public let reason: String

    /// `argument N: PLACE: what is wrong`
    public var description: String { "argument \(position): \(reason)" }
}
