"""Make versioned releases of the dataset from gold."""
