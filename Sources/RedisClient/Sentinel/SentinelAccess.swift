/// As whom to enter sentinels: their users and passwords are not those of the servers they watch.
package struct SentinelAccess: Sendable, Hashable {
    package var username: String?
    /// A file whose first line is the password; read again for each connection.
    package var passwordFile: String?

    package init(username: String? = nil, passwordFile: String? = nil) {
        self.username = username
        self.passwordFile = passwordFile
    }
}
