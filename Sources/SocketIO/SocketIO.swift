// SocketIO: first file.
