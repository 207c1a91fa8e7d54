a + b * c ** d - e

a = b = c

not a in b

a not in b

!a && b || c

a..b//c

x :: y | z

a <- b when c

- a.b

&//2

a ++ b -- c <> d

1 + & &1 * 2 = 3

(a; b)

... | a
