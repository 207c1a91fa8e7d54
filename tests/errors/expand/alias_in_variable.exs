x = :a
x.Bar
