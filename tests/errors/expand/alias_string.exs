alias "foo"
