"""What is done: one file for each operation, named by its verb. All edges call these."""
