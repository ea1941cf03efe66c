"""Variables of the Nebraskan statute book."""
