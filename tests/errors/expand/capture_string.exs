&"foo"
