IO."puts"(1)
