/// What an Engine.IO session carries for the protocol above it.
package enum EngineMessage: Sendable, Equatable {
    case text([UInt8])
    case binary([UInt8])
}
