package import RedisClient

/// Where the samples for one Redis wait below the spool's folder.
package enum SpoolFolder {
    /// A folder named after the server: neither its password nor the order of the settings matters.
    package static func path(in folder: String, for endpoint: RedisEndpoint) -> String {
        let name = endpoint.description.map { character in
            character.isASCII && (character.isLetter || character.isNumber || ".-_".contains(character))
                ? character : "_"
        }
        // Long names, of socket paths or of many sentinels, are cut, and told apart by a checksum.
        let checksum = String(CRC32.checksum(of: endpoint.description.utf8), radix: 16)
        return "\(folder)/\(String(name.prefix(100)))-\(checksum)"
    }
}
