"""Many raids, one question."""
