"""What is kept: the only SQL, the writer, and the migrations."""
