// CollectorAgent: first file.
