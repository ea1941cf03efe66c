"""Variables of the Estonian statute book."""
