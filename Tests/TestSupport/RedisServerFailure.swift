/// Why a `redis-server` did not come up: the end of what it printed.
package struct RedisServerFailure: Error, CustomStringConvertible {
    package let output: String

    package var description: String { "redis-server did not start: \(output)" }
}
