foo! = 1
