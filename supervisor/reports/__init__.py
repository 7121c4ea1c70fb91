"""What the hub can prove to others: each report is a table with its cut-off."""
