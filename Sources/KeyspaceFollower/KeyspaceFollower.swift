// KeyspaceFollower: first file.
