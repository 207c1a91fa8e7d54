raise :foo
