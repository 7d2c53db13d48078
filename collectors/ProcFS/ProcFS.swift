// ProcFS: first file.
