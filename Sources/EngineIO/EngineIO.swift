// EngineIO: first file.
