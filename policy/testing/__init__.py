"""Testing of law: scenario tests run by ``policy test`` and by pytest."""
