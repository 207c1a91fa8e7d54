for x <- [1], into: []
