// Settings: first file.
