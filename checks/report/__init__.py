"""Reports: a described claim, or a record, for people to read."""
