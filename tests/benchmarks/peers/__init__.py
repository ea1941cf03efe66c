"""Scripts run in environments of their own: peers, and work measured in a process of its own."""
