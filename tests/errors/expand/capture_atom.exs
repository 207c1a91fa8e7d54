&:foo
