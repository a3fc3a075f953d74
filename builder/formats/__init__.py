"""Read and write other tools' formats, a module each."""
