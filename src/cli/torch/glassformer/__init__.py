"""A run that began in the browser, in PyTorch: its file, its model, its batches and its optimiser."""
