package import ServiceLifecycle

/// Whatever follows the keys of a Redis for ever and tells what changed: by keyspace notifications today; a reader of
/// the replication stream can stand in its place.
package protocol ChangeSource: Service, Actor {
    var statistics: FollowerStatistics { get }
}
