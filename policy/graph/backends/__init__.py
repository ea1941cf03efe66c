"""Ways of running a linked graph: one module for each target."""
