&foo(1)
