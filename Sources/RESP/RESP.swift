// RESP: first file.
