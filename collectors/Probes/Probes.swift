// Probes: first file.
