"""The registers of Estonia, drawn: people, what happens to them, and how it is entered."""
