"""The history of the schema. A migration works while the previous release still runs."""
