throw :a
