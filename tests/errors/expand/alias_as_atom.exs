alias String, as: :foo
