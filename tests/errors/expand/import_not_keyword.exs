import String, 1
