// JSONBytes: first file.
