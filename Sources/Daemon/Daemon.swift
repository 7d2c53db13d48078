// Daemon: first file.
