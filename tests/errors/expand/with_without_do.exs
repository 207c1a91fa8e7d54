with a <- 1
