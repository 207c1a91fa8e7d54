case x do y -> y end = 1
