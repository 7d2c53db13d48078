internal import Logging

/// Every event this module logs. Metadata never holds the content of a member.
extension Logger {
    func followerIsLive(_ mode: FollowerMode, keys: Int) {
        switch mode {
        case .notifications:
            info("following keys by notifications", metadata: ["keys": "\(keys)"])
        case .replication:
            info("following keys by the replication stream", metadata: ["keys": "\(keys)"])
        case .polling(let remedy):
            warning(
                "following keys by polling: Redis does not tell of changes",
                metadata: ["keys": "\(keys)", "remedy": "\(remedy)"])
        }
    }

    func followerCompletedNotifications(from old: String, to new: String) {
        notice("switched on keyspace notifications", metadata: ["was": "\(old)", "is": "\(new)"])
    }

    func followerLostNotifications(_ flags: String) {
        warning("keyspace notifications were switched off", metadata: ["flags": "\(flags)"])
    }

    func followerServerChanged() {
        notice("another redis server answers, every key is read anew")
    }

    func followerStreamBegins(id: String, offset: Int64, isContinued: Bool) {
        debug(
            "replication stream begins",
            metadata: ["id": "\(id)", "offset": "\(offset)", "continued": "\(isContinued)"])
    }

    func followerStreamRefused(_ reason: String) {
        warning(
            "redis does not give the replication stream, following notifications", metadata: ["reason": "\(reason)"])
    }

    func followerSkipsWrongType(_ key: String) {
        warning("a key under the prefix is no sorted set and is skipped", metadata: ["key": "\(key)"])
    }

    func followerSkipsKeyNotUTF8() {
        warning("a key under the prefix is not UTF-8 and is skipped")
    }

    func followerSkipsLongName(_ excerpt: String, met count: UInt64) {
        warning(
            "a key under the prefix has a name longer than \(SkippedNames.longest) bytes and is skipped",
            metadata: ["key": "\(excerpt)", "met": "\(count)"])
    }

    func followerReadRefused(_ key: String, _ reason: String) {
        warning("redis refused to read a key, trying again", metadata: ["key": "\(key)", "reason": "\(reason)"])
    }

    func followerRestsKey(_ key: String, _ reason: String) {
        error(
            "a key cannot be read within the limits and is left out for a minute",
            metadata: ["key": "\(key)", "reason": "\(reason)"])
    }

    func followerReadsSmallerParts(_ reason: String) {
        warning("reading in smaller parts", metadata: ["reason": "\(reason)"])
    }

    func followerSilentlyChanged(_ commands: String) {
        debug("keys may have changed in silence", metadata: ["commands": "\(commands)"])
    }

    func followerScanRefused(_ reason: String) {
        warning("redis refused to list keys", metadata: ["reason": "\(reason)"])
    }
}
