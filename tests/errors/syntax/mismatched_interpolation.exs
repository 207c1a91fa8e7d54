x = "a #{foo(1} b"
