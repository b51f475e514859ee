"""Where theory and numeric meet: the claims, their evidence, the runner and the command line."""
