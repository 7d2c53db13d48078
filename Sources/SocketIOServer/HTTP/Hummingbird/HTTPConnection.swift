import Hummingbird
import HummingbirdCore
import NIOCore

/// A connection's ordinary requests on their way to Hummingbird, one after another.
typealias HTTPConnection = HTTP1Channel.Value
