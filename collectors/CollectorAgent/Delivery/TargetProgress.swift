/// How far the samples for one Redis have got.
package struct TargetProgress: Sendable, Equatable {
    /// Not confirmed by Redis yet.
    package var waiting: Int
    package var stored: UInt64
    /// Gave way to newer ones while Redis was away.
    package var dropped: UInt64
    /// Redis will never take them.
    package var refused: UInt64
}
