// RealtimeServer: first file.
