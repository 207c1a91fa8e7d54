foo

foo()

foo(1, a: 2)

foo bar, baz: 1

foo -1

foo - 1

a.b.c(1).d

a.(1)(2)

a."b c"(1)

A.B.{C, D}

foo[1][b: 2]

@foo.bar[1]

@spec foo(a) :: b when a: c

&Mod.fun/1

&(&1 + &2)

f a, g b

a |> b
|> c(d)
