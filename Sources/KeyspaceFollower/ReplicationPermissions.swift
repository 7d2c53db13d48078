/// What a Redis user needs for following the replication stream.
package enum ReplicationPermissions {
    /// Rules for `ACL SETUSER`: the stream itself, and reading our own keys beside it. `SELECT` for another database than
    /// 0 comes on top.
    ///
    /// The stream shows the writes of **every** key of the instance, whatever the key patterns of the user say.
    package static func rules(prefix: String) -> String {
        "~\(KeyspaceChannel.escaped(prefix)):* +ping +psync +replconf +info +multi +exec +scan +zrevrange +zcard"
    }
}
