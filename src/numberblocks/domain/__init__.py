"""What is true: numbers, blocks, routing, access, history and errors; plain Python, no I/O."""
