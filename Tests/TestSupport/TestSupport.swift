// TestSupport: first file.
