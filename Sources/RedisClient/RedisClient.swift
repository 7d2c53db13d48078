// RedisClient: first file.
