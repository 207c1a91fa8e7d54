x = y + z
