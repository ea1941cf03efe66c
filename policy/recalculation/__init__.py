"""What is owed: past decisions calculated anew, arrears and overpayments."""
