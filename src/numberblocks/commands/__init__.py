"""What an operator types: nouns, then verbs. Each module holds the verbs of one noun."""
