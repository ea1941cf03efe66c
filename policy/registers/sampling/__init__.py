"""Generated registers, drawn from published counts."""
