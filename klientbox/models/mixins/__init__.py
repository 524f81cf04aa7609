"""What models share: one company, texts of one line, names in order, rows that only KlientBox writes."""
