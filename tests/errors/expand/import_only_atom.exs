import String, only: :foo
