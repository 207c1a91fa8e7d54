x = %{a: 1}
m = Foo
%m{} = x
