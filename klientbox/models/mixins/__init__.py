"""What models share: one company, texts of one line, names in order, sealed rows, rows inserted by statements."""
